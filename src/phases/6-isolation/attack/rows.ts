import { type Config, isOwned } from '../../../core/config.js'
import type { UserId } from '../../../core/context.js'
import type { GateDatabase } from '../../../gate/gate.js'

/** An owned table as the attacker must know it. */
export interface OwnedTable {
  name: string
  owner: string
  /** its single-column primary key */
  key: string
  /** text columns that hold free text, long enough for a canary */
  text: string[]
}

const q = (name: string) => `"${name.replaceAll('"', '""')}"`

/** The owned tables of the configuration, with what the catalog says about them. */
export async function ownedTables(database: GateDatabase, config: Config): Promise<OwnedTable[]> {
  const tables: OwnedTable[] = []
  for (const [name, table] of Object.entries(config.tables)) {
    if (!isOwned(table)) continue
    const columns = await database.sql<{ name: string; key: boolean; text: boolean }>(
      `select a.attname as name,
        exists (select from pg_index i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey)) as key,
        (t.typname = 'text' or (t.typname in ('varchar', 'bpchar') and (a.atttypmod = -1 or a.atttypmod >= 104)))
          and not exists (select from pg_index i where i.indrelid = a.attrelid and i.indisunique and a.attnum = any (i.indkey)) as text
       from pg_attribute a join pg_type t on t.oid = a.atttypid
       where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped order by a.attnum`,
      [q(name)],
    )
    const key = columns.find((column) => column.key)?.name
    if (key)
      tables.push({ name, owner: table.owner, key, text: columns.filter((c) => c.text).map((c) => c.name) })
  }
  return tables
}

/** One number for each table's rows of a person: equal before and after means that nothing of theirs was touched. */
export async function fingerprints(
  database: GateDatabase,
  tables: readonly OwnedTable[],
  id: UserId,
): Promise<Map<string, string>> {
  const parts = tables.map(
    ({ name, owner, key }, at) =>
      `select ${at} as at, count(*) || ':' || coalesce(md5(string_agg(t::text, '|' order by t.${q(key)})), '') as print
       from ${q(name)} t where t.${q(owner)}::text = $1`,
  )
  const rows = await database.sql<{ at: number; print: string }>(parts.join(' union all '), [String(id)])
  return new Map(rows.map(({ at, print }) => [tables[at]!.name, print]))
}

/** The tables in which two fingerprints differ. */
export function changed(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...before].filter(([name, print]) => after.get(name) !== print).map(([name]) => name)
}

/** Every primary key of a person's rows, as text, with its table. */
export async function keysOf(
  database: GateDatabase,
  tables: readonly OwnedTable[],
  id: UserId,
): Promise<Map<string, string>> {
  const parts = tables.map(
    ({ name, owner, key }, at) =>
      `select ${at} as at, ${q(key)}::text as key from ${q(name)} where ${q(owner)}::text = $1`,
  )
  const rows = await database.sql<{ at: number; key: string }>(parts.join(' union all '), [String(id)])
  return new Map(rows.map(({ at, key }) => [key, tables[at]!.name]))
}

/** Every primary key of the tables that belong to nobody, as text. */
export async function sharedKeys(database: GateDatabase, config: Config): Promise<Set<string>> {
  const found = new Set<string>()
  for (const [name, table] of Object.entries(config.tables)) {
    if (isOwned(table)) continue
    const rows = await database.sql<Record<string, unknown>>(`select * from ${q(name)}`)
    for (const row of rows) found.add(String(row.id))
  }
  return found
}

/** Rows that one person owns and that point at a row of somebody else, by the app's own foreign keys. */
export async function crossings(database: GateDatabase, tables: readonly OwnedTable[]): Promise<string[]> {
  const keys = await database.sql<{ child: string; parent: string; column: string; target: string }>(
    `select k.conrelid::regclass::text as child, k.confrelid::regclass::text as parent,
       (select attname from pg_attribute where attrelid = k.conrelid and attnum = k.conkey[1]) as column,
       (select attname from pg_attribute where attrelid = k.confrelid and attnum = k.confkey[1]) as target
     from pg_constraint k where k.contype = 'f' and cardinality(k.conkey) = 1`,
  )
  const found: string[] = []
  for (const { child, parent, column, target } of keys) {
    const [from, to] = [child, parent].map((name) =>
      tables.find((table) => q(table.name) === name || table.name === name),
    )
    if (!from || !to) continue
    const [{ count } = { count: '0' }] = await database.sql<{ count: string }>(
      `select count(*) from ${child} c join ${parent} p on p.${q(target)} = c.${q(column)} where c.${q(from.owner)} <> p.${q(to.owner)}`,
    )
    if (count !== '0') found.push(`${count} rows of ${child} point by ${column} at somebody else's ${parent}`)
  }
  return found
}
