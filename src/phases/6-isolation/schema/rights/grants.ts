import type { Queryable } from '../../../../database/catalog/ask.js'
import { wholeOf, withPartitions } from '../../../../database/catalog/partitions.js'
import { ADDED, type Table } from '../../../../database/catalog.js'
import { columnList, q, qualified } from '../../../../database/quoted.js'
import type { Resolved } from '../plan/ownership-plan.js'
import type { Step } from '../step.js'

const LIGHT = { kind: 'expand', lock: 'none', risk: 'none', transactional: true } as const

/** With the login of usertwo, usertwo alone decides who is an administrator, even if the column was the app's. */
const DECIDED = new Set(['is_admin', 'roles'])

/** What the request role may do with one table; a column list restricts updates or inserts. */
export interface WantedRights {
  table: string[]
  update: string[]
  insert: string[]
  sequence: boolean
}

export const NO_RIGHTS: WantedRights = { table: [], update: [], insert: [], sequence: false }
const ALL = ['DELETE', 'INSERT', 'SELECT', 'UPDATE']

/** Returns the rights that a table's class opens, and no others. Requests may never truncate, nor delete users. */
export function wantedRights(resolved: Resolved, part: Table): WantedRights {
  // A partition that is named in the configuration can only be closed.
  if (resolved.closed.includes(part)) return NO_RIGHTS
  const table = wholeOf(part, resolved.catalog.tables)
  if (resolved.owned.some((one) => one.table === table)) return { ...NO_RIGHTS, table: ALL, sequence: true }
  if (resolved.sessions.some((one) => one.table === table))
    return { ...NO_RIGHTS, table: ALL, sequence: true }
  if (table === resolved.users) {
    // Columns that usertwo added (email, admin flag) are out of reach for the app's mass assignment.
    const decided = resolved.plan.ownLogin ? new Set<string>() : DECIDED
    const own = table.columns.filter(
      ({ name, comment, generated }) =>
        !(comment ?? '').startsWith(ADDED) && !generated && !decided.has(name),
    )
    const columns = own.map((column) => column.name)
    // A registration of the app's own makes one row, by the policies.
    const registers = resolved.plan.ownLogin?.register === true
    return { table: ['SELECT'], update: columns, insert: registers ? columns : [], sequence: registers }
  }
  if (resolved.reference.includes(table)) return { ...NO_RIGHTS, table: ['SELECT'] }
  return NO_RIGHTS
}

/** Steps for rights that the request role lacks, and for rights of its own that it should not have. */
export async function grantSteps(client: Queryable, resolved: Resolved): Promise<Step[]> {
  const role = resolved.plan.requestRole
  const { tables } = resolved.catalog
  // A sequence may feed columns of several tables.
  const drawn = new Set(
    tables.flatMap((table) => (wantedRights(resolved, table).sequence ? table.sequences.map(qualified) : [])),
  )
  return [...(await schemaSteps(client, resolved)), ...tables.flatMap(tableSteps)]

  function tableSteps(table: Table): Step[] {
    const wanted = wantedRights(resolved, table)
    const ours = table.grants.filter((grant) => grant.grantee === role)
    const has = ours.filter((grant) => grant.column === null).map((grant) => grant.privilege)
    const byColumn: Record<string, string[]> = { UPDATE: wanted.update, INSERT: wanted.insert }
    const surplus = ours.some((grant) =>
      grant.column === null
        ? !wanted.table.includes(grant.privilege)
        : !byColumn[grant.privilege]?.includes(grant.column),
    )
    const lacks = (privilege: string) =>
      byColumn[privilege]!.some(
        (column) => !ours.some((grant) => grant.column === column && grant.privilege === privilege),
      )
    const missing = wanted.table.some((right) => !has.includes(right)) || lacks('UPDATE') || lacks('INSERT')
    const sequences = table.sequences.filter(
      (sequence) =>
        sequence.grants.some((grant) => grant.grantee === role) !== drawn.has(qualified(sequence)),
    )
    const at = qualified(table)
    const sql = [
      ...(surplus ? [`revoke all on ${at} from ${q(role)}`] : []),
      ...(wanted.table.length > 0 && (missing || surplus)
        ? [`grant ${wanted.table.join(', ').toLowerCase()} on ${at} to ${q(role)}`]
        : []),
      ...(wanted.update.length > 0 && (missing || surplus)
        ? [`grant update (${columnList(wanted.update)}) on ${at} to ${q(role)}`]
        : []),
      ...(wanted.insert.length > 0 && (missing || surplus)
        ? [`grant insert (${columnList(wanted.insert)}) on ${at} to ${q(role)}`]
        : []),
      ...sequences.map((sequence) =>
        drawn.has(qualified(sequence))
          ? `grant usage on sequence ${qualified(sequence)} to ${q(role)}`
          : `revoke all on sequence ${qualified(sequence)} from ${q(role)}`,
      ),
    ]
    return sql.length === 0
      ? []
      : [{ ...LIGHT, name: `${table.id}: rights of requests`, sql: sql.join(';\n') }]
  }
}

/** The schemas that hold a table in reach of requests. */
export function openSchemas({ owned, sessions, users, reference, catalog }: Resolved): string[] {
  const open = [...[...owned, ...sessions].map((one) => one.table), users, ...reference]
  return open.flatMap((table) => withPartitions(table, catalog.tables)).map((table) => table.schema)
}

async function schemaSteps(client: Queryable, resolved: Resolved): Promise<Step[]> {
  const role = resolved.plan.requestRole
  const { rows } = await client.query<{ name: string }>(
    `select n.nspname as name from pg_catalog.pg_namespace n
    where n.nspname = any($1) and not coalesce((select pg_catalog.has_schema_privilege(r.oid, n.oid, 'usage')
      from pg_catalog.pg_roles r where r.rolname = $2), false) order by 1`,
    [openSchemas(resolved), role],
  )
  return rows.map(({ name }) => ({
    ...LIGHT,
    name: `schema ${name}: in reach of requests`,
    sql: `grant usage on schema ${q(name)} to ${q(role)}`,
  }))
}
