import type { Acting } from '../../../core/context.js'
import { ScopeError } from '../../../core/scope-error.js'
import type { Field, ServerMessage } from './driver/driver.js'

/** What the connection layer must know. Read at each use, because scope(db) may come before usertwo(). */
export interface ConnectionPolicy {
  /** The plain role of idle connections and of queries; null below phase 6: nothing is bound, only columns are stripped. */
  requestRole: string | null
  /**
   * Whether the startup options may be sent. False behind a PgBouncer that refuses them: then the login
   * itself starts in the role, and the binding is not a named statement.
   */
  startupOptions: boolean
  /**
   * Set until the catalog has been read and the role is known; until then connections stay in their login's role without a
   * user. Resolves to whether startup options reach the server. Each connection waits for it before it opens: one for the
   * system only for that, because the app's migrations run at that time; any other until the catalog has been read.
   */
  early?(system: boolean): Promise<boolean>
  /** The name of the column that usertwo added, or undefined: it is the app's. */
  addedColumn(column: Field): string | undefined
  /** Whether a column is a key of a table: at most one row for each value. Absent: no key is known. */
  tellsRows?(table: string, column: string): boolean
  /**
   * 'refuse': a query without a current user is refused with `no_current_user`, except for transaction
   * control. 'bare': it is sent without a user and finds nothing.
   */
  unbound: 'refuse' | 'bare'
  /**
   * Called with other users' rows that the database let pass because their table only reports, once per
   * statement and table; above 64 rows the number is a minimum. Absent: the database's notices are swallowed.
   */
  letPass?(one: { table: string; verb: string; rows: number | null; sql: string; person: string }): void
  /** Called for each query of a job on users' rows that was refused, because the job names no user. */
  onJob?(one: { at: string | null; sql: string }): void
  /** Called for each `COPY … TO STDOUT` by a stream that bypasses this layer. */
  copied?(sql: string, person: string): void
  /** Called for each query that is sent by hand on a connection of a scoped knex, for a user. */
  byHand?(sql: string): void
  /** What is known of tables by oid, for rows that are remembered with their reader; absent: rows are not remembered. */
  rows?: {
    /** Whether every logged-in user may read all rows of a table. False for 0, the oid of a computed field. */
    areOpen(tableOid: number): boolean
    nameOf(tableOid: number): string | null
  }
  /**
   * The text with the owner column in each conflict target, and each `group by` over a primary key, that is unique once for
   * each user; absent: no table has such an index.
   */
  ownTargets?(text: string): string
  /** Whether an error of an upsert is about a value that another user has; absent: no unique of all users is to be one per user. */
  isTaken?(who: Acting | null, text: string, error: ServerMessage): boolean
  /** Absent: a request that calls a function of large objects is refused. */
  largeObjects?: 'allowed'
  /** Checks the code that opens a connection, by the stack of the call; returns the problem. Absent: not checked. */
  opener?(): Error | null
  /**
   * What a query looks up for a login of the app's own, as `usertwo.lookup` says it; `''`: nothing. Absent: usertwo
   * keeps the login, and the setting is not set.
   */
  lookup?(who: Acting | null, text: string, values: readonly unknown[]): string
  /** Returns the table of sessions whose expired rows a text deletes, for no user; null: it does something else. */
  prunes?(text: string): string | null
  /** Returns the name of a statement in a text that changes the schema; absent: the app may change it. */
  schemaChange?(text: string): string | null
}

/** Returns null until `usertwo()` is called. */
export type PolicySource = () => ConnectionPolicy | null

/** @throws ScopeError `scope_unconfigured` */
export function configured(policy: ConnectionPolicy | null): ConnectionPolicy {
  if (policy) return policy
  throw new ScopeError(
    'scope_unconfigured',
    'A query was sent after scope(db) but before usertwo(). Both edits are needed: `usertwo(app, …)` where the app is made, and `scope(db)` where the database client is made. Call usertwo() before the first query, and move a query that runs while the file is loaded into the function that starts the server.',
  )
}

/**
 * In production only migrations change the schema (H4), and they run as a login of their own.
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

/** Whether a query is bound when it is sent, as far as known. Below phase 6 none is, and each request would look like a job. */
export function mayBind(policy: ConnectionPolicy | null): boolean {
  return policy?.requestRole !== null
}

/** The newest configured one counts. */
export function newest(sources: readonly PolicySource[]): ConnectionPolicy | null {
  for (let at = sources.length - 1; at >= 0; at--) {
    const policy = sources[at]?.()
    if (policy) return policy
  }
  return null
}
