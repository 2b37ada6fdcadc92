import { inspect } from 'node:util'
import type { GateDatabase } from '../../../proof/gate/gate.js'
import type { FollowedRoute } from '../../../reading/flow/flow.js'
import type { Table } from '../../../src/database/catalog.js'
import { literal, q, qualified } from '../../../src/database/quoted.js'
import { configuredName } from './columns.js'
import type { Ownership } from './owners.js'

/**
 * Returns what to do about tables whose rows routes change and no route makes, such as counters that a migration has put there:
 * a new user has none, so the change finds no row. Says nothing of the app if some route writes a table that is not known, or some
 * job adds rows to one.
 * Which of the rows a new user begins with is the owner's decision: they may hold what only the owner may know.
 * @param counts rows of each table, by the configured name
 * @param added the tables to which jobs add rows; `null`: to one that is not known
 */
export async function unmadeRows(
  app: readonly Table[],
  routes: readonly FollowedRoute[],
  { tables }: Pick<Ownership, 'tables'>,
  counts: ReadonlyMap<string, number>,
  { sql }: Pick<GateDatabase, 'sql'>,
  added: ReadonlySet<string | null>,
): Promise<string[]> {
  const queries = routes.flatMap(({ method, path, queries }) =>
    queries.map((query) => ({ ...query, route: `${method} ${path}` })),
  )
  if (added.has(null) || queries.some(({ writes, astray }) => writes && astray)) return []
  const said = app.map(async (table) => {
    const name = configuredName(table)
    const entry = tables.find((one) => one.name === name)
    if (!entry || !('owner' in entry) || entry.perUser || entry.access || !counts.get(name)) return []
    if (added.has(table.name)) return []
    const written = queries.filter((query) => query.writes && query.tables.has(table.name))
    if (
      written.some(({ adds, given, sql }) => adds || given.length > 0 || /\binsert\s+into\b/i.test(sql ?? ''))
    )
      return []
    const by = [...new Set(written.filter(isChange).map(({ route }) => route))]
    if (by.length === 0) return []
    const rows = `tables.${name}.newUserRows: ${await rowsToGive(sql, table)}`
    return [
      `table ${name}: ${by.join(', ')} ${by.length === 1 ? 'changes' : 'change'} its rows and no route adds one, so a new user has none: write those that each begins with into the configuration, ${rows}; or let the route insert the row where it is missing (on conflict do update)`,
    ]
  })
  return (await Promise.all(said)).flat()
}

/** The rows of today as the configuration has them, with the columns that have no default: a few, as they are to be read. */
async function rowsToGive(sql: GateDatabase['sql'], table: Table): Promise<string> {
  const needed = table.columns.filter(
    (column) =>
      (table.primaryKey.includes(column.name) || !column.nullable) &&
      column.default === null &&
      column.identity === null &&
      !column.generated,
  )
  if (needed.length === 0) return '[{}]'
  const values = needed.map(({ name }) => `${literal(name)}, ${q(name)}`)
  const rows = await sql<{ row: Record<string, unknown> }>(
    `select jsonb_build_object(${values.join(', ')}) as row from ${qualified(table)} order by ${table.primaryKey.map(q).join(', ') || '1'} limit 6`,
  )
  const shown = rows.slice(0, 5).map(({ row }) => inspect(row, { breakLength: Number.POSITIVE_INFINITY }))
  return `[${[...shown, ...(rows.length > 5 ? ['…'] : [])].join(', ')}]`
}

/** A route that only deletes finds nothing to delete. */
const isChange = ({ sql, route }: { sql: string | null; route: string }) =>
  sql === null ? !route.startsWith('DELETE ') : /\bupdate\b/i.test(sql)
