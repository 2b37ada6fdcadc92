import type { Config } from '../../src/config/config.js'
import { isBookkeeping } from '../../src/database/bookkeeping.js'
import { wholeOf } from '../../src/database/catalog/partitions.js'
import { type Catalog, findTable, type Table } from '../../src/database/catalog.js'
import { loginTablesOf } from '../../src/phases/4-auth/config/login-tables.js'

/** A table of the app, and how its rows lead to their owner. */
export interface TableEntry {
  name: string
  /**
   * how the configuration classifies it; `bookkeeping`: of a migration tool; `sessions`: of the app's own
   * login; null: unclassified
   */
  access: string | null
  /** the owner column in the configuration */
  owner: string | null
  /** the foreign keys that lead to the users table, nearest first; null: none do */
  reaches: string | null
  columns: string[]
  primaryKey: string[]
  foreignKeys: string[]
}

export function tablesOf(catalog: Catalog, config: Config): TableEntry[] {
  const users = findTable(catalog, config.users.table)
  const classified = new Map(
    Object.entries(config.tables).map(([name, entry]) => [findTable(catalog, name), entry]),
  )
  const sessions = loginTablesOf(config.auth.lookups).map(({ table }) => findTable(catalog, table))
  return catalog.tables.map((table) => {
    const whole = wholeOf(table, catalog.tables)
    const entry = classified.get(table) ?? classified.get(whole)
    const access =
      entry?.access ??
      (whole === users
        ? 'self'
        : sessions.includes(whole)
          ? 'sessions'
          : isBookkeeping(table)
            ? 'bookkeeping'
            : null)
    return {
      name: table.schema === 'public' ? table.name : table.id,
      access,
      owner: entry && 'owner' in entry ? entry.owner : null,
      reaches: users && table !== users ? wayToUsers(catalog, table, users) : null,
      columns: table.columns.map(
        ({ name, type, nullable }) => `${name} ${type}${nullable ? '' : ' not null'}`,
      ),
      primaryKey: table.primaryKey,
      foreignKeys: table.foreignKeys
        .map(
          ({ columns, target, onDelete }) =>
            `${columns.join(', ')} → ${target.name}(${target.columns.join(', ')})${onDelete === 'no action' ? '' : ` on delete ${onDelete}`}`,
        )
        .sort(),
    }
  })
}

/** Returns the shortest path to users by foreign keys: `session_id → sessions.user_id → users`. */
function wayToUsers(catalog: Catalog, from: Table, users: Table): string | null {
  const seen = new Set([from])
  let ways: { at: Table; way: string }[] = [{ at: from, way: '' }]
  while (ways.length > 0) {
    const next: typeof ways = []
    for (const { at, way } of ways)
      for (const { columns, target } of [...at.foreignKeys].sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const step = `${way}${way && '.'}${columns.join('+')} → ${target.name}`
        if (target.id === users.id) return step
        const table = catalog.tables.find((one) => one.id === target.id)
        if (!table || seen.has(table)) continue
        seen.add(table)
        next.push({ at: table, way: step })
      }
    ways = next
  }
  return null
}

/** Returns the tables that the configuration does not classify. */
export function unclassified(tables: readonly TableEntry[]): TableEntry[] {
  return tables.filter(({ access }) => access === null)
}
