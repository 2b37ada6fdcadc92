import { ScopeError } from '../../../core/scope-error.js'

/** What the connection layer must know of the running toolkit; asked at each use, because scope(db) may come before usertwo(). */
export interface ConnectionPolicy {
  /** The plain role connections rest in and queries run under; null below phase 6: nothing is bound, only columns are stripped. */
  requestRole: string | null
  /**
   * Whether the startup options may be sent. False behind a PgBouncer that refuses them: the login itself rests
   * in the role then, and the binding is not a named statement.
   */
  startupOptions: boolean
  /** Name of the added column at (table oid, attribute number), or undefined. */
  addedColumn(tableOid: number, attribute: number): string | undefined
  /**
   * 'refuse': a query without a current user is refused with `no_current_user`, transaction control apart.
   * 'bare': it goes out, bound to nobody, and finds nothing.
   */
  unbound: 'refuse' | 'bare'
}

/** Null means that `usertwo()` was not called yet. */
export type PolicySource = () => ConnectionPolicy | null

/** @throws ScopeError `scope_unconfigured` */
export function configured(policy: ConnectionPolicy | null): ConnectionPolicy {
  if (policy) return policy
  throw new ScopeError(
    'scope_unconfigured',
    'A query was sent after scope(db) but before usertwo(). Both edits are needed: `usertwo(app, …)` where the app is made, and `scope(db)` where the database client is made. Call usertwo() before the first query.',
  )
}
