import { ScopeError } from '../../../core/scope-error.js'
import { jobHere, jobWithoutUser } from '../jobs/job-place.js'
import type { Frame } from './frame.js'
import type { KnexClient } from './knex/knex-internals.js'
import type { Verb } from './tables.js'

/** What a statement may do with a table. */
export interface Use {
  /** The column with the owner of each row; null if there is none. */
  readonly owner: string | null
  /** Whether only the current user's rows may be reached. */
  readonly scoped: boolean
  /** Whether a switch lets all users' rows pass. */
  readonly open: boolean
}

/** The use of a table whose rows have no owner. */
export const NOBODYS: Use = { owner: null, scoped: false, open: false }

/**
 * Decides what a statement may do with a table: which column names the owner of its rows, and whether it is
 * restricted to the current user's.
 * @throws ScopeError unclassified_table, table_closed, users_refused, truncate_refused, no_current_user
 */
export function useTable(frame: Frame, table: string, schema: string | undefined, verb: Verb): Use {
  const access = frame.rules.access(table)
  if (isCatalog(schema) || (access === undefined && isSystemTable(frame.client, table, schema))) {
    return NOBODYS
  }
  if (access === undefined && frame.rules.isView(table)) {
    frame.rules.onRaw({ kind: 'table', sql: table })
    return NOBODYS
  }
  const owner = frame.rules.owned.get(table)
  // The database lets the one row pass that is looked up.
  if (frame.rules.looksUp?.(table, verb)) return NOBODYS
  if (access === 'closed' || access === 'session') throw closed(table, verb)
  if (access === 'reference') {
    if (verb !== 'read') throw closed(table, verb)
    return NOBODYS
  }
  if (access === undefined || owner === undefined) throw unclassified(table)
  if (verb === 'truncate') {
    throw new ScopeError(
      'truncate_refused',
      `truncate of "${table}" would empty it for everybody: delete rows instead`,
    )
  }
  if (frame.me === undefined) throw noCurrentUser(frame, table)
  if (access === 'self' && verb === 'insert') {
    throw new ScopeError(
      'users_refused',
      `"${table}" is written by registration only: an app cannot insert users`,
    )
  }
  const open = frame.rules.open.has(table)
  // A new row gets its owner even where the switch is off: without one it would be unreachable.
  return { owner, open, scoped: isScoped(access, verb) && (!open || verb === 'insert') }
}

function isScoped(access: 'private' | 'readable' | 'self', verb: Verb): boolean {
  return !(access === 'readable' && verb === 'read')
}

function isCatalog(schema: string | undefined): boolean {
  return schema === 'information_schema' || schema === 'pg_catalog'
}

/** The catalog without its schema, and knex's own ledger of migrations, have no owner. */
function isSystemTable(client: KnexClient, table: string, schema: string | undefined): boolean {
  const ledger = client.config?.migrations?.tableName ?? 'knex_migrations'
  if (table === ledger || table === `${ledger}_lock` || table.startsWith('knex_migrations')) return true
  return schema === undefined && table.startsWith('pg_')
}

function noCurrentUser({ job: maker, rules }: Frame, table: string): ScopeError {
  const job = jobHere(maker)
  if (job) {
    rules.onJob?.({ at: job.place, sql: table })
    return jobWithoutUser(job.place, table)
  }
  return new ScopeError(
    'no_current_user',
    `"${table}" belongs to users, and there is no current user here: ` +
      'run the query inside a request, or in asUser(id, …) or asSystem(reason, …)',
  )
}

function closed(table: string, verb: Verb): ScopeError {
  return new ScopeError(
    'table_closed',
    `"${table}" is ${verb === 'read' ? 'closed' : 'not for users to write'} (${verb}): ` +
      'give it another access in usertwo.config.ts, or run the query in asSystem(reason, …)',
  )
}

function unclassified(table: string): ScopeError {
  return new ScopeError(
    'unclassified_table',
    `"${table}" is not classified: add one of these to tables in usertwo.config.ts: ` +
      `${table}: { owner: 'user_id' } (private rows), ${table}: { access: 'reference' } (all read, none write), ` +
      `${table}: { access: 'closed' }`,
  )
}
