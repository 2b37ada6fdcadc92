import type { UserId } from '../../../core/context.js'
import type { GateDatabase } from '../../../gate/gate.js'
import { FAR } from '../../../gate/ranges.js'
import type { OwnedTable } from './rows.js'

const q = (name: string) => `"${name.replaceAll('"', '""')}"`

interface Column {
  table: string
  name: string
  type: string
  /** the owned table this column names a row of: itself for a key */
  names: string | null
}

const COLUMNS = `select distinct on (c.relname, a.attnum) c.relname as table, a.attname as name, format_type(a.atttypid, null) as type,
    case when i.indrelid is not null then c.relname else p.relname end as names
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  left join pg_index i on i.indrelid = c.oid and i.indisprimary and a.attnum = any (i.indkey)
  left join pg_constraint k on k.conrelid = c.oid and k.contype = 'f' and k.conkey = array[a.attnum]
  left join pg_class p on p.oid = k.confrelid
  where c.oid = any (select to_regclass(t) from unnest($1::text[]) t) order by c.relname, a.attnum`

/**
 * Gives the second person a copy of every row of the owner's, with each key a million further up, in columns and as the
 * keys of JSON: two people with the same data, so that the owner's whole day can be repeated by the other. The owner's
 * id inside JSON stays, as in a copy that somebody brings from elsewhere.
 *
 * @returns false when a key is no whole number, and nothing was copied
 */
export async function mirror(
  database: GateDatabase,
  tables: readonly OwnedTable[],
  from: UserId,
  to: UserId,
): Promise<boolean> {
  const columns = await database.sql<Column>(COLUMNS, [tables.map(({ name }) => q(name))])
  const owned = new Set(tables.map(({ name }) => name))
  const keys = columns.filter(({ names }) => names !== null && owned.has(names))
  const references = keys.map(({ name }) => name).filter((name) => /_id$/.test(name))
  // `selected_thread_id` without a foreign key means what `thread_id` has one for.
  const moved = (column: Column) =>
    keys.includes(column) ||
    (column.names === null && references.some((name) => column.name.endsWith(`_${name}`)))
  if (columns.some((column) => moved(column) && !/^(integer|bigint)$/.test(column.type))) return false
  const statements = tables.flatMap(({ name, owner }) => {
    const own = columns.filter((column) => column.table === name)
    const values = own.map((column) => {
      if (column.name === owner) return `${literal(to)}::${column.type}`
      if (moved(column)) return `${q(column.name)} + ${FAR}`
      if (/^jsonb?$/.test(column.type)) return movedKeys(q(column.name), column.type)
      return q(column.name)
    })
    const list = own.map((column) => q(column.name)).join(', ')
    return [
      `delete from ${q(name)} where ${q(owner)}::text = ${literal(to)}`,
      `insert into ${q(name)} (${list}) overriding system value
        select ${values.join(', ')} from ${q(name)} where ${q(owner)}::text = ${literal(from)}`,
    ]
  })
  // One text is one transaction. Children may come before their parents; triggers of the app are not its data.
  await database.sql(`set local session_replication_role = replica; ${statements.join('; ')}`)
  return true
}

/** Gives the second person what the owner has in the columns of the users table that are nobody's alone. */
export async function mirrorPerson(
  database: GateDatabase,
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

/** An object whose keys are whole numbers holds rows by id. */
function movedKeys(column: string, type: string): string {
  return `case when ${column}::jsonb::text ~ '^\\{"\\d+":' then (
    select jsonb_object_agg(case when key ~ '^\\d+$' then (key::bigint + ${FAR})::text else key end, value)
    from jsonb_each(${column}::jsonb))::${type} else ${column} end`
}

function literal(id: UserId): string {
  return `'${String(id).replaceAll("'", "''")}'`
}
