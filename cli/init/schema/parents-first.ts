import type { Table } from '../../../src/database/catalog.js'

/** Tables in an order in which rows can be made: what a key refers to before what refers to it. */
export function tablesParentsFirst(tables: readonly Table[]): Table[] {
  const sorted: Table[] = []
  const place = (table: Table, path: readonly Table[]) => {
    if (sorted.includes(table) || path.includes(table)) return
    for (const { target } of table.foreignKeys) {
      const parent = tables.find(({ id }) => id === target.id)
      if (parent) place(parent, [...path, table])
    }
    sorted.push(table)
  }
  for (const table of tables) place(table, [])
  return sorted
}
