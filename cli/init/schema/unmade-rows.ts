import type { FollowedRoute } from '../../../reading/flow/flow.js'
import type { Table } from '../../../src/database/catalog.js'
import { configuredName } from './columns.js'
import type { Ownership } from './owners.js'

/**
 * Returns what to do about tables whose rows routes change and no route makes, such as counters that a migration has put there:
 * a new user has none, so the change finds no row. Says nothing of the app if some route writes a table that is not known.
 * @param counts rows of each table, by the configured name
 */
export function unmadeRows(
  app: readonly Table[],
  routes: readonly FollowedRoute[],
  { tables }: Pick<Ownership, 'tables'>,
  counts: ReadonlyMap<string, number>,
): string[] {
  const queries = routes.flatMap(({ method, path, queries }) =>
    queries.map((query) => ({ ...query, route: `${method} ${path}` })),
  )
  if (queries.some(({ writes, astray }) => writes && astray)) return []
  return app.flatMap((table) => {
    const name = configuredName(table)
    const entry = tables.find((one) => one.name === name)
    if (!entry || !('owner' in entry) || entry.perUser || entry.access || !counts.get(name)) return []
    const written = queries.filter((query) => query.writes && query.tables.has(table.name))
    if (
      written.some(({ adds, given, sql }) => adds || given.length > 0 || /\binsert\s+into\b/i.test(sql ?? ''))
    )
      return []
    const by = [...new Set(written.filter(isChange).map(({ route }) => route))]
    if (by.length === 0) return []
    return [
      `table ${name}: ${by.join(', ')} ${by.length === 1 ? 'changes' : 'change'} its rows and no route adds one, so a new user has none: let the route insert the row where it is missing (on conflict do update), or make the rows in auth.onRegistered (docs/how-to/current-user.md)`,
    ]
  })
}

/** A route that only deletes finds nothing to delete. */
const isChange = ({ sql, route }: { sql: string | null; route: string }) =>
  sql === null ? !route.startsWith('DELETE ') : /\bupdate\b/i.test(sql)
