import { q, quotedTable } from '../../../../src/database/quoted.js'
import type { GateDatabase } from '../../../gate/gate.js'

type Sql = Pick<GateDatabase, 'sql'>

/** An owned table, and the columns that are compared. */
export interface StoredTable {
  name: string
  owner: string
  columns: readonly string[]
  /** those that a sequence numbers, or that refer to such a one, each with the column that the sequence numbers */
  counted: ReadonlyMap<string, string>
}

/** A row: each of its values as text. */
export type StoredRow = readonly (string | null)[]

/** What the owner has stored in a table; rows are null if there are more than `MOST`. */
export interface Stored {
  rows: readonly StoredRow[] | null
  count: number
}

/** More rows of a table are counted and not compared. */
const MOST = 20_000
/** A longer value is compared by its length and its hash. Characters. */
const LONGEST = 5_000

const COLUMNS = `with recursive counted as (
    select a.attrelid, a.attnum, a.attrelid::regclass || '.' || a.attname as by from pg_attribute a
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like 'nextval(%'
    union
    select k.conrelid, k.conkey[at], c.by from counted c
      join pg_constraint k on k.contype = 'f' and k.confrelid = c.attrelid
      cross join generate_subscripts(k.conkey, 1) at where k.confkey[at] = c.attnum
  )
  select a.attname as name, (select min(c.by) from counted c where c.attrelid = a.attrelid and c.attnum = a.attnum) as counted
  from pg_attribute a where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped order by a.attname`

/** Returns the columns of a table that are compared, as the database has them. */
export async function storedTable(
  { sql }: Sql,
  { name, owner, people }: { name: string; owner: string; people: readonly string[] },
): Promise<StoredTable> {
  const all = await sql<{ name: string; counted: string | null }>(COLUMNS, [quotedTable(name)])
  const compared = all.filter((one) => one.name !== owner && !people.includes(one.name))
  return {
    name,
    owner,
    columns: compared.map((one) => one.name),
    counted: new Map(compared.flatMap((one) => (one.counted ? [[one.name, one.counted]] : []))),
  }
}

/**
 * Reads what a user has stored in each table.
 *
 * @param id the user; in a table without owner column every row is theirs, and a row without an owner always
 */
export async function storedBy(
  { sql }: Sql,
  tables: readonly StoredTable[],
  id: string | number,
): Promise<Stored[]> {
  const found: Stored[] = []
  for (const { name, owner, columns } of tables) {
    const [{ has } = { has: false }] = await sql<{ has: boolean }>(
      `select exists (select from pg_attribute where attrelid = to_regclass($1) and attname = $2 and not attisdropped) as has`,
      [quotedTable(name), owner],
    )
    const whose = has
      ? `where t.${q(owner)}::text = $1 or t.${q(owner)} is null`
      : 'where $1::text is not null'
    const values = columns.map((column) => {
      const text = `t.${q(column)}::text`
      return `case when length(${text}) > ${LONGEST} then '#' || length(${text}) || ' ' || md5(${text}) else ${text} end`
    })
    const rows = await sql<{ row: StoredRow }>(
      `select array[${values.join(', ')}]::text[] as row from ${quotedTable(name)} t ${whose} limit ${MOST + 1}`,
      [String(id)],
    )
    const [{ count } = { count: 0 }] =
      rows.length > MOST
        ? await sql<{ count: number }>(`select count(*)::int as count from ${quotedTable(name)} t ${whose}`, [
            String(id),
          ])
        : [{ count: rows.length }]
    found.push({ count, rows: rows.length > MOST ? null : rows.map(({ row }) => row) })
  }
  return found
}
