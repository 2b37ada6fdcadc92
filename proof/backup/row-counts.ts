import { type Config, ownedIn } from '../../src/config/config.js'
import { notOfExtension } from '../../src/database/catalog/ask.js'
import { literal, q, qualified } from '../../src/database/quoted.js'

/** A connection, or a function that queries as the superuser. */
export interface CountingClient {
  query<Row extends object>(text: string): Promise<{ rows: Row[] }>
}

/** The rows of one table. */
export interface TableRows {
  /** `schema.name` */
  table: string
  rows: number
  /** the owner column; null: the table has none */
  owner: string | null
  /** the number of rows by value of that column; empty without one */
  byOwner: Record<string, number>
}

/** Every table whose rows a dump contains: partitions, but not the partitioned table itself. */
const TABLES = `
  select n.nspname as schema, c.relname as name,
    (select array[wn.nspname || '.' || w.relname, w.relname]::text[] from pg_catalog.pg_class w
      join pg_catalog.pg_namespace wn on wn.oid = w.relnamespace
      where w.oid = coalesce(pg_catalog.pg_partition_root(c.oid), c.oid)) as named,
    array(select a.attname::text from pg_catalog.pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and c.relpersistence <> 't'
    and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
    and ${notOfExtension('pg_class', 'c.oid')}
  order by 1, 2`

/** The name of the owner column in usertwo's own tables. */
const OWN_COLUMN = 'user_id'

/** Counts the rows of every table by owner, as far as this connection sees them. */
export async function countRows(
  client: CountingClient,
  config: Pick<Config, 'tables'>,
): Promise<TableRows[]> {
  const owners = new Map(ownedIn(config).map(([name, { owner }]) => [name, owner]))
  const { rows } = await client.query<{ schema: string; name: string; named: string[]; columns: string[] }>(
    TABLES,
  )
  const counted: TableRows[] = []
  for (const { schema, name, named, columns } of rows) {
    const table = `${schema}.${name}`
    // The configuration names the table that a partition is a part of.
    const wanted =
      schema === 'usertwo' ? OWN_COLUMN : named.map((one) => owners.get(one)).find((one) => one !== undefined)
    const owner = wanted !== undefined && columns.includes(wanted) ? wanted : null
    counted.push(await countTable(client, { schema, name }, table, owner))
  }
  return counted
}

/** Counts the same tables again, by the same columns. A table that is missing has no rows. */
export async function countAgain(client: CountingClient, before: readonly TableRows[]): Promise<TableRows[]> {
  const { rows } = await client.query<{ schema: string; name: string }>(TABLES)
  const counted: TableRows[] = []
  for (const { table, owner } of before) {
    const found = rows.find(({ schema, name }) => `${schema}.${name}` === table)
    counted.push(
      found ? await countTable(client, found, table, owner) : { table, rows: 0, owner, byOwner: {} },
    )
  }
  return counted
}

async function countTable(
  client: CountingClient,
  place: { schema: string; name: string },
  table: string,
  owner: string | null,
): Promise<TableRows> {
  const key = owner === null ? literal('') : `coalesce(${q(owner)}::text, 'nobody')`
  const { rows } = await client.query<{ owner: string; count: string }>(
    `select ${key} as owner, count(*) as count from only ${qualified(place)} group by 1 order by count(*) desc, 1`,
  )
  const byOwner = owner === null ? {} : Object.fromEntries(rows.map((row) => [row.owner, Number(row.count)]))
  return { table, rows: rows.reduce((sum, { count }) => sum + Number(count), 0), owner, byOwner }
}

/** Lists each table and owner for which two counts differ; empty if they are equal. */
export function differences(expected: readonly TableRows[], found: readonly TableRows[]): string[] {
  return expected.flatMap((before) => {
    const after = found.find(({ table }) => table === before.table)
    const owners = new Set([...Object.keys(before.byOwner), ...Object.keys(after?.byOwner ?? {})])
    const byOwner = [...owners].flatMap((owner) => {
      const [had, has] = [before.byOwner[owner] ?? 0, after?.byOwner[owner] ?? 0]
      return had === has ? [] : [`${before.table}: ${has} of ${had} rows of ${before.owner} ${owner}`]
    })
    if (byOwner.length > 0 || before.rows === (after?.rows ?? 0)) return byOwner
    return [`${before.table}: ${after?.rows ?? 0} of ${before.rows} rows`]
  })
}

/** Formats the rows of the app's tables by owner, for a terminal. */
export function rowLines(counted: readonly TableRows[]): string[] {
  const own = counted.filter(({ owner }) => owner !== null)
  const width = Math.max(0, ...own.map(({ table }) => table.length))
  const sum = counted.reduce((total, { rows }) => total + rows, 0)
  return [
    ...own.map(({ table, rows, owner, byOwner }) => {
      const each = Object.entries(byOwner).map(([id, count]) => `${owner} ${id}: ${count}`)
      const shown = [...each.slice(0, 5), ...(each.length > 5 ? [`and ${each.length - 5} more`] : [])]
      return `  ${table.padEnd(width)}  ${rows}${shown.length ? `  (${shown.join(', ')})` : ''}`
    }),
    `  ${counted.length} tables, ${sum} rows`,
  ]
}
