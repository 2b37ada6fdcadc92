import type { UserId } from '../../core/context.js'
import { literal, q } from '../../database/quoted.js'
import type { GateDatabase } from '../gate/gate.js'
import { type AttackedTable, COUNTED } from './rows.js'
import { twinInSql } from './twins.js'

const UNIQUE_VIOLATION = '23505'

interface Column {
  table: string
  name: string
  type: string
  /** part of the primary key, or of a unique that a copy would break */
  unique: boolean
  key: boolean
  /** the table this column names a row of, by a foreign key of the app's, alone or with others */
  names: string | null
}

const COLUMNS = `select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type,
    exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any (i.indkey)) as key,
    exists (select from pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any (i.indkey)
      and not o.attnum = any (i.indkey)) as unique,
    (select p.relname from pg_constraint k join pg_class p on p.oid = k.confrelid
      where k.conrelid = c.oid and k.contype = 'f' and a.attnum = any (k.conkey) and a.attnum <> o.attnum
      order by p.relname = any ($3::text[]) desc, cardinality(k.conkey) limit 1) as names
  from unnest($1::text[], $2::text[]) as t (name, owner)
  join pg_class c on c.oid = to_regclass(t.name)
  join pg_attribute o on o.attrelid = c.oid and o.attname = t.owner
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  order by c.relname, a.attnum`

/**
 * Gives the second person a copy of every row of the owner's, so that the owner's whole day can be repeated by the
 * other. Keys are those of `twinOf`: numbers a million further up, in columns and as the keys of JSON; uuids with other
 * first digits; texts with an end of their own. Of a key of several columns, those that are the owner or name a row of a
 * shared table stay, and with them values that are told apart by the rest. The owner's id inside JSON stays too, as in a
 * copy that somebody brings from elsewhere.
 *
 * @returns what of the owner's rows has another spelling in the copy and is no number: keys, and texts that are unique
 *   for everybody; null when a unique refuses every copy, as of days or of expressions, and nothing was copied
 */
export async function mirror(
  database: Pick<GateDatabase, 'sql'>,
  tables: readonly AttackedTable[],
  from: UserId,
  to: UserId,
): Promise<string[] | null> {
  const names = tables.map(({ name }) => name)
  const columns = await database.sql<Column>(COLUMNS, [names.map(q), tables.map(({ owner }) => owner), names])
  const owned = new Set(names)
  const keys = columns.filter(({ names: parent, key }) => (parent === null ? key : owned.has(parent)))
  const references = keys.map(({ name }) => name).filter((name) => /_id$/.test(name))
  const moved = (column: Column, owner: string) =>
    column.name !== owner &&
    (keys.includes(column) ||
      // A unique of everybody's would refuse the copy.
      (column.unique && column.names === null) ||
      // `selected_thread_id` without a foreign key means what `thread_id` has one for.
      (column.names === null && references.some((name) => column.name.endsWith(`_${name}`))))
  const statements: string[] = []
  const spelled: string[] = []
  for (const { name, owner } of tables) {
    const own = columns.filter((column) => column.table === name)
    const copied = own.map((column) => {
      if (column.name === owner) return `${literal(to)}::${column.type}`
      // Of several columns one that can be told apart is enough.
      if (moved(column, owner)) return twinInSql(q(column.name), column.type) ?? q(column.name)
      if (/^jsonb?$/.test(column.type)) return movedKeys(q(column.name), column.type)
      return q(column.name)
    })
    for (const column of own)
      if (moved(column, owner) && !/int|numeric/.test(column.type))
        spelled.push(
          `select ${q(column.name)}::text as value from ${q(name)} where ${q(owner)}::text = ${literal(from)} and ${q(column.name)} is not null`,
        )
    const list = own.map((column) => q(column.name)).join(', ')
    statements.push(
      `delete from ${q(name)} where ${q(owner)}::text = ${literal(to)}`,
      `insert into ${q(name)} (${list}) overriding system value
        select ${copied.join(', ')} from ${q(name)} where ${q(owner)}::text = ${literal(from)}`,
    )
  }
  // One text is one transaction. Children may come before their parents; triggers of the app are not its data.
  const refused = await database
    .sql(`set local session_replication_role = replica; ${[...statements, COUNTED].join('; ')}`)
    .then(
      () => false,
      (error: { code?: string }) => {
        if (error.code === UNIQUE_VIOLATION) return true
        throw error
      },
    )
  if (refused) return null
  if (!spelled.length) return []
  return (await database.sql<{ value: string }>(spelled.join(' union '))).map(({ value }) => value)
}

/** Gives the second person what the owner has in the columns of the users table that are nobody's alone. */
export async function mirrorPerson(
  database: Pick<GateDatabase, 'sql'>,
  { table, id }: { table: string; id: string },
  from: UserId,
  to: UserId,
): Promise<void> {
  const columns = await database.sql<{ name: string }>(
    `select a.attname as name from pg_attribute a where a.attrelid = to_regclass($1) and a.attnum > 0
       and not a.attisdropped and a.attgenerated = '' and a.attidentity = '' and not exists (
         select from pg_index i where i.indrelid = a.attrelid and i.indisunique
           and pg_get_indexdef(i.indexrelid) ~ ('\\m' || a.attname || '\\M'))`,
    [q(table)],
  )
  const sets = columns
    .filter(({ name }) => name !== id)
    .map(({ name }) => `${q(name)} = a.${q(name)}`)
    .join(', ')
  if (!sets) return
  await database.sql(
    `update ${q(table)} b set ${sets} from ${q(table)} a where a.${q(id)}::text = $1 and b.${q(id)}::text = $2`,
    [String(from), String(to)],
  )
}

/** An object whose keys are whole numbers, or uuids, holds rows by id. */
function movedKeys(column: string, type: string): string {
  const uuid = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
  return `case when ${column}::jsonb::text ~ '^\\{"(\\d+|${uuid})":' then (
    select jsonb_object_agg(case when key ~ '^(\\d+|${uuid})$' then ${twinInSql('key', 'text')} else key end, value)
    from jsonb_each(${column}::jsonb))::${type} else ${column} end`
}
