import { type Config, isOwned } from '../../core/config.js'
import type { UserId } from '../../core/context.js'
import { literal, q } from '../../database/quoted.js'
import { byKeyPattern, isAskedFirst } from '../../phases/6-isolation/schema/by-key.js'
import type { GateDatabase } from '../gate/gate.js'

/** An owned table as the attacker must know it. */
export interface AttackedTable {
  name: string
  owner: string
  /** everybody signed in reads its rows */
  readable?: boolean
  /** what a write of it names rows by, as `isByKey` reads it; null: its keys are not of that kind. Of readable ones only */
  byKey?: string | null
  /** the column that tells its rows apart to whoever asks: its primary key's, and of several the last that names no other row */
  key: string
  /** every column of the primary key but the owner's */
  keys: string[]
  /** the columns by which a row may be asked for: the key, and texts that are unique for everybody */
  handles: string[]
  /** `key` is a whole number */
  isNumber: boolean
  /** `key` is the app's or its client's to give: the database makes none, or the table says that a uuid may be chosen */
  given?: boolean
  /** text columns that hold free text, long enough for a canary */
  text: string[]
}

/** The owned tables of the configuration, with what the catalog says about them. */
export async function ownedTables(
  database: Pick<GateDatabase, 'sql'>,
  config: Config,
): Promise<AttackedTable[]> {
  const tables: AttackedTable[] = []
  for (const [name, table] of Object.entries(config.tables)) {
    if (!isOwned(table)) continue
    const columns = await database.sql<{
      name: string
      key: boolean
      names: boolean
      number: boolean
      made: boolean
      unique: boolean
      text: boolean
      type: string
    }>(
      `select a.attname as name, format_type(a.atttypid, null) as type,
        exists (select from pg_index i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey)) as key,
        exists (select from pg_constraint k where k.conrelid = a.attrelid and k.contype = 'f' and a.attnum = any (k.conkey)) as names,
        t.typname in ('int2', 'int4', 'int8') as number,
        a.attidentity <> '' or exists (select from pg_attrdef d where d.adrelid = a.attrelid and d.adnum = a.attnum
          and pg_get_expr(d.adbin, d.adrelid) like '%(%') as made,
        t.typname in ('text', 'varchar', 'citext', 'uuid') and exists (select from pg_index i
          where i.indrelid = a.attrelid and i.indisunique and i.indnatts = 1 and a.attnum = any (i.indkey)) as unique,
        (t.typname = 'text' or (t.typname in ('varchar', 'bpchar') and (a.atttypmod = -1 or a.atttypmod >= 104)))
          and not exists (select from pg_index i where i.indrelid = a.attrelid and i.indisunique and a.attnum = any (i.indkey)) as text
       from pg_attribute a join pg_type t on t.oid = a.atttypid
       where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped order by a.attnum`,
      [q(name)],
    )
    const all = columns.filter((column) => column.key)
    const apart = all.filter((column) => column.name !== table.owner)
    const keys = apart.length ? apart : all
    const key = keys.findLast((column) => !column.names) ?? keys.at(-1)
    if (key)
      tables.push({
        name,
        owner: table.owner,
        readable: table.access === 'readable',
        byKey:
          table.access === 'readable' &&
          apart.length === all.length &&
          all.every(({ type }) => isAskedFirst(type))
            ? byKeyPattern(name, [all.map((column) => column.name)])
            : null,
        key: key.name,
        keys: keys.map((column) => column.name),
        // The owner's id as the key of their one row names the person, not the row.
        handles: [key, ...columns.filter((column) => column.unique && column !== key)]
          .map((column) => column.name)
          .filter((column) => column !== table.owner),
        isNumber: key.number,
        given: !key.made || (table.keys === 'chosen' && !key.number),
        text: columns.filter((c) => c.text).map((c) => c.name),
      })
  }
  return tables
}

/**
 * At the end of a text that changes rows past the app: the server's statistics count them from now on, and not within
 * ten seconds, as they would by themselves. Before PostgreSQL 15 there is no such word.
 */
export const COUNTED =
  'do $$ begin perform pg_stat_force_next_flush(); exception when undefined_function then null; end $$'

/** Takes all that a person has, with nothing of the app in the way. */
export async function removeRows(
  database: Pick<GateDatabase, 'sql'>,
  tables: readonly AttackedTable[],
  id: UserId,
): Promise<void> {
  const statements = tables.map(
    ({ name, owner }) => `delete from ${q(name)} where ${q(owner)}::text = ${literal(id)}`,
  )
  await database.sql(['set local session_replication_role = replica', ...statements, COUNTED].join('; '))
}

/** One number for each table's rows of a person: equal before and after means that nothing of theirs was touched. */
export async function fingerprints(
  database: Pick<GateDatabase, 'sql'>,
  tables: readonly AttackedTable[],
  id: UserId,
): Promise<Map<string, string>> {
  const parts = tables.map(
    ({ name, owner, keys }, at) =>
      `select ${at} as at, count(*) || ':' || coalesce(md5(string_agg(t::text, '|' order by ${keys.map((key) => `t.${q(key)}`).join(', ')})), '') as print
       from ${q(name)} t where t.${q(owner)}::text = $1`,
  )
  const rows = await database.sql<{ at: number; print: string }>(parts.join(' union all '), [String(id)])
  return new Map(rows.map(({ at, print }) => [tables[at]!.name, print]))
}

/** The tables in which two fingerprints differ. */
export function changed(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...before].filter(([name, print]) => after.get(name) !== print).map(([name]) => name)
}

/** Every key of a person's rows, as text, with its table, or those that have such a key. */
export async function keysOf(
  database: Pick<GateDatabase, 'sql'>,
  tables: readonly AttackedTable[],
  id: UserId,
): Promise<Map<string, string>> {
  const parts = tables.flatMap(({ name, owner, handles }, at) =>
    handles.map(
      (column) =>
        `select ${at} as at, ${q(column)}::text as key from ${q(name)} where ${q(owner)}::text = $1 and ${q(column)} is not null`,
    ),
  )
  const found = new Map<string, string>()
  if (!parts.length) return found
  for (const { at, key } of await database.sql<{ at: number; key: string }>(parts.join(' union all '), [
    String(id),
  ])) {
    const { name } = tables[at]!
    const known = found.get(key)
    found.set(key, known === undefined ? name : `${known} or ${name}`)
  }
  return found
}

/** The keys of a person's, without those that are also the key of a row everybody reads: such a one says nothing. */
export function secretKeys(
  keys: ReadonlyMap<string, string>,
  tables: readonly AttackedTable[],
): Map<string, string> {
  const open = new Set(tables.filter(({ readable }) => readable).map(({ name }) => name))
  return new Map([...keys].filter(([, names]) => !names.split(' or ').some((name) => open.has(name))))
}

/** Every primary key of the tables that belong to nobody, as text. */
export async function sharedKeys(database: Pick<GateDatabase, 'sql'>, config: Config): Promise<Set<string>> {
  const found = new Set<string>()
  for (const [name, table] of Object.entries(config.tables)) {
    if (isOwned(table)) continue
    const rows = await database.sql<Record<string, unknown>>(`select * from ${q(name)}`)
    for (const row of rows) found.add(String(row.id))
  }
  return found
}

/** Rows that one person owns and that point at a row of somebody else that is not everybody's to read, by the app's own foreign keys. */
export async function crossings(
  database: Pick<GateDatabase, 'sql'>,
  tables: readonly AttackedTable[],
): Promise<string[]> {
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
    if (!from || !to || to.readable) continue
    const [{ count } = { count: '0' }] = await database.sql<{ count: string }>(
      `select count(*) from ${child} c join ${parent} p on p.${q(target)} = c.${q(column)} where c.${q(from.owner)} <> p.${q(to.owner)}`,
    )
    if (count !== '0') found.push(`${count} rows of ${child} point by ${column} at somebody else's ${parent}`)
  }
  return found
}
