import { isBookkeeping } from '../../../database/bookkeeping.js'
import { type Catalog, findTable, type Table } from '../../../database/catalog.js'

/** Names an owner column usually has, the likeliest first. */
const USUAL = ['user_id', 'userId', 'owner_id', 'ownerId', 'author_id', 'authorId', 'created_by', 'createdBy']

export interface InferredOwner {
  /** The owner column, there or to be added. */
  owner: string
  /** The column that leads to the parent the owner follows from; null: the table has its own, or stands alone. */
  via: string | null
}

/**
 * Who owns what, as far as foreign keys tell: a key to users is an owner column, a key to an owned table makes a
 * child. Null: no key leads to users; somebody has to say. Users and the bookkeeping of migration tools are left out.
 */
export function inferOwners(
  catalog: Catalog,
  users: { table: string; id: string },
): Record<string, InferredOwner | null> {
  const usersTable = findTable(catalog, users.table)
  const tables = catalog.tables.filter(
    (table) => table !== usersTable && !isBookkeeping(table) && table.parents.length === 0,
  )
  const found = new Map<Table, InferredOwner>()
  for (const table of tables) {
    const owner = ownerAmong(table, usersTable?.id)
    if (owner) found.set(table, { owner, via: null })
  }
  // What the app calls its owner column elsewhere is what it would have called it here.
  const usual = mostCommon([...found.values()].map((one) => one.owner)) ?? USUAL[0]!
  for (let grown = true; grown; ) {
    grown = false
    for (const table of tables) {
      if (found.has(table)) continue
      const via = viaAmong(table, (id) =>
        tables.some((one) => one.id === id && one !== table && found.has(one)),
      )
      if (!via) continue
      found.set(table, { owner: usual, via })
      grown = true
    }
  }
  return Object.fromEntries(
    tables.map((table) => [table.schema === 'public' ? table.name : table.id, found.get(table) ?? null]),
  )
}

function ownerAmong(table: Table, usersId: string | undefined): string | null {
  const columns = table.foreignKeys
    .filter((key) => key.target.id === usersId && key.columns.length === 1)
    .map((key) => key.columns[0]!)
  const named = USUAL.find((name) => columns.includes(name))
  return named ?? (columns.length === 1 ? columns[0]! : null)
}

/** The first key to an owned table, one whose column is never null before others. */
function viaAmong(table: Table, isOwned: (id: string) => boolean): string | null {
  const keys = table.foreignKeys.filter((key) => key.columns.length === 1 && isOwned(key.target.id))
  const sure = keys.find((key) => !table.columns.find((column) => column.name === key.columns[0])?.nullable)
  return (sure ?? keys[0])?.columns[0] ?? null
}

function mostCommon(names: readonly string[]): string | null {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null
}
