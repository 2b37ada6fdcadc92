import type { GateDatabase } from '../../../proof/gate/gate.js'
import type { Catalog, Table } from '../../../src/database/catalog.js'
import { q, qualified } from '../../../src/database/quoted.js'
import { columnNamedForOwner, columnsNamedForParent } from './columns.js'

/** What the rows say about columns that mean another row only by their names, as `schema.table.column`. */
export interface NamedRows {
  /** each of their values is a user's key, or all are one and the same where there is no table of users */
  owners: ReadonlySet<string>
  /** some value is the key of no row of the table that they are named after */
  orphans: ReadonlySet<string>
}

type Asked = Pick<GateDatabase, 'sql'>

export async function namedRows(
  { tables }: Catalog,
  database: Asked,
  people: Table | null,
): Promise<NamedRows> {
  return {
    owners: await ownersIn(tables, database, people),
    orphans: await orphansIn(tables, database, people),
  }
}

async function ownersIn(
  tables: readonly Table[],
  { sql }: Asked,
  people: Table | null,
): Promise<ReadonlySet<string>> {
  const named = tables.flatMap((table) => {
    const column = table === people ? null : columnNamedForOwner(table, people, tables)
    return column ? [{ table, column }] : []
  })
  const values = new Map<string, Set<string>>()
  for (const { table, column } of named) {
    const rows = await sql<{ key: string }>(
      `select distinct ${q(column)}::text as key from ${qualified(table)} where ${q(column)} is not null limit 1000`,
    )
    if (rows.length) values.set(`${table.id}.${column}`, new Set(rows.map(({ key }) => key)))
  }
  const all = new Set([...values.values()].flatMap((one) => [...one]))
  const keys = people ? await keysOf(people, sql) : null
  const isOwner = (one: ReadonlySet<string>) =>
    keys ? [...one].every((key) => keys.has(key)) : all.size === 1
  const found = [...values].filter(([, one]) => isOwner(one)).map(([place]) => place)
  // In a table without rows the same name means the same.
  const names = new Set(found.map((place) => place.slice(place.lastIndexOf('.') + 1)))
  const empty = named
    .filter(({ table, column }) => names.has(column) && !values.has(`${table.id}.${column}`))
    .map(({ table, column }) => `${table.id}.${column}`)
  return new Set([...found, ...empty])
}

async function keysOf(people: Table, sql: Asked['sql']): Promise<Set<string>> {
  const rows = await sql<{ key: string }>(
    `select ${q(people.primaryKey[0]!)}::text as key from ${qualified(people)} limit 1000`,
  )
  return new Set(rows.map(({ key }) => key))
}

async function orphansIn(
  tables: readonly Table[],
  { sql }: Asked,
  people: Table | null,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const table of tables)
    for (const { column, parent } of columnsNamedForParent(table, tables)) {
      if (table === people || parent === people) continue
      const [row] = await sql<{ orphan: boolean }>(
        `select exists (select from ${qualified(table)} c where ${q(column)} is not null and not exists
           (select from ${qualified(parent)} p where p.${q(parent.primaryKey[0]!)}::text = c.${q(column)}::text)) as orphan`,
      )
      if (row!.orphan) found.add(`${table.id}.${column}`)
    }
  return found
}
