import type { Acting } from '../../../core/context.js'
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
  /**
   * The catalog has not been read yet, and the role is not known: until then connections rest as the login, as nobody.
   * Tells whether startup options reach the server; each connection waits for it before it opens: one of the system's
   * for that alone, as the app's migrations run then, any other until the catalog has been read.
   */
  early?(system: boolean): Promise<boolean>
  /** Name of the added column at (table oid, attribute number), or undefined. */
  addedColumn(tableOid: number, attribute: number): string | undefined
  /** Whether a table has at most one row for each value of a column; absent: of none is that known. */
  tellsRows?(table: string, column: string): boolean
  /**
   * 'refuse': a query without a current user is refused with `no_current_user`, transaction control apart.
   * 'bare': it goes out, bound to nobody, and finds nothing.
   */
  unbound: 'refuse' | 'bare'
  /**
   * Told of rows of others that the database let pass because their table only reports, once a statement and table;
   * of more than 64 rows it is told of at least so many. Absent: what the database tells is swallowed.
   */
  letPass?(one: { table: string; verb: string; rows: number | null; sql: string; person: string }): void
  /** Told of each `COPY … TO STDOUT` by a stream that reads past this layer. */
  copied?(sql: string, person: string): void
  /** What is known of tables by oid, for rows that are remembered with their reader; absent: none is. */
  rows?: {
    /** Whether everyone signed in may read all rows of a table. 0, of a computed field, is no such table. */
    areOpen(tableOid: number): boolean
    nameOf(tableOid: number): string | null
  }
  /** Absent: a request that calls a function of large objects is refused. */
  largeObjects?: 'allowed'
  /** What is wrong with whoever opens a connection, by the stack of the call; absent: nothing is looked for. */
  opener?(): Error | null
  /** Names the statement of a text that changes the schema; absent: the app may change it. */
  schemaChange?(text: string): string | null
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

/**
 * In production the schema changes by migrations only (H4), which run as a login of their own.
 *
 * @throws ScopeError `schema_change_refused`
 */
export function refuseSchemaChange(policy: ConnectionPolicy, who: Acting | null, text: string): void {
  const statement = policy.schemaChange?.(text)
  if (!statement || (who?.kind === 'system' && who.login)) return
  throw new ScopeError(
    'schema_change_refused',
    `In production the app may not change the schema; refused: ${statement}. Run it as a migration before the app starts, with a command of its own; or set ENVIRONMENT=development where this is not production.`,
  )
}
