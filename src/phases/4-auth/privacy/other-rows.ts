import { type Config, ownedIn } from '../../../config/config.js'
import { APP_SCHEMAS, notOfExtension } from '../../../database/catalog/ask.js'
import { literal, q, qualified, quotedTable } from '../../../database/quoted.js'

/** Runs one statement and returns its rows. */
export type AskRows = <Row extends object>(sql: string) => Promise<Row[]>

/** The rows of a table that a removal is not meant to change, at one moment. */
export interface OtherRows {
  table: string
  /**
   * Rows that may not change, or may not go: those of other users, those that all users share, and the users. Other
   * tables without an owner may lose rows that belong to a removed row.
   */
  keeps: 'every row' | 'the count' | 'nothing'
  rows: number
  digest: string
}

/** How many rows a table lost. */
export interface LostRows {
  table: string
  rows: number
}

/** A removal would take or change rows of others. Its transaction must be rolled back. */
export class OthersWouldChange extends Error {
  constructor(found: readonly LostRows[]) {
    const named = found.map(({ table, rows }) => (rows > 0 ? `${table} ${rows}` : `${table} (changed)`))
    super(
      `Rows of other users, or rows that all users share, would go or change through a foreign key: ${named.join(', ')}. Let these rows point to something else or remove them first, or change ON DELETE of their foreign keys to RESTRICT.`,
    )
    this.name = 'OthersWouldChange'
  }
}

interface FoundTable {
  schema: string
  name: string
  /** the partitioned table that it is a part of, or itself */
  whole: string
  isUsers: boolean
  /** null: it has no such column */
  owner: string | null
  access: string | null
}

/**
 * Counts the rows of every table of the app that a removal is not meant to take. Call it as the system, before and after, within one transaction that sees one snapshot or has locked the tables.
 *
 * @param may whether rows of other users may change, as where a key is set to null or a trigger counts again; otherwise they
 *   are digested, too
 * @param goes the SQL condition for the owners of what is removed, or for the rows of the table of users
 */
export async function readOtherRows(
  ask: AskRows,
  config: Config,
  may: 'change' | 'not change',
  goes: (column: string, isUsers: boolean) => string,
): Promise<OtherRows[]> {
  const found: OtherRows[] = []
  for (const { schema, name, whole, isUsers, owner, access } of await tablesOfApp(ask, config)) {
    const isStrict = owner !== null && may === 'not change'
    const keeps = isStrict
      ? 'every row'
      : owner !== null || isUsers || access === 'reference'
        ? 'the count'
        : 'nothing'
    const column = isUsers ? config.users.id : owner
    const digest = keeps === 'every row' ? 'coalesce(sum(hashtextextended(t::text, 0)), 0)::text' : `''`
    const [read] = await ask<{ rows: number; digest: string }>(
      `select count(*)::float8 as rows, ${digest} as digest from only ${qualified({ schema, name })} t
      ${column === null ? '' : `where (${goes(q(column), isUsers)}) is not true`}`,
    )
    found.push({ table: whole, keeps, ...read! })
  }
  return found
}

/** Returns every table that holds rows: partitions, but not the partitioned table itself. */
function tablesOfApp(ask: AskRows, config: Config): Promise<FoundTable[]> {
  const owners = new Map(ownedIn(config).map(([name, { owner }]) => [name, owner]))
  const text = (value: string | undefined) => (value === undefined ? 'null' : literal(value))
  const named = Object.entries(config.tables).map(
    ([name, { access }]) =>
      `(to_regclass(${literal(quotedTable(name))})::oid, ${text(owners.get(name))}, ${literal(access)})`,
  )
  return ask<FoundTable>(
    `with named(oid, owner, access) as (values (null::oid, null::text, null::text)${named.map((one) => `, ${one}`).join('')})
    select n.nspname as schema, c.relname as name, w.whole::regclass::text as whole,
      w.whole is not distinct from to_regclass(${literal(quotedTable(config.users.table))})::oid as "isUsers",
      (select a.attname::text from pg_catalog.pg_attribute a
        where a.attrelid = c.oid and a.attname = named.owner and not a.attisdropped) as owner, named.access
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      cross join lateral (select coalesce(pg_catalog.pg_partition_root(c.oid)::oid, c.oid) as whole) w
      left join named on named.oid = w.whole
    where c.relkind = 'r' and c.relpersistence <> 't' and ${APP_SCHEMAS} and ${notOfExtension('pg_class', 'c.oid')}
      and pg_catalog.has_table_privilege(c.oid, 'select') order by 1, 2`,
  )
}

/**
 * Returns how many rows of tables without an owner went along with the rows that were removed.
 *
 * @throws OthersWouldChange if rows of others went or changed
 */
export function rowsAlong(before: readonly OtherRows[], after: readonly OtherRows[]): LostRows[] {
  const [refused, along] = [new Map<string, number>(), new Map<string, number>()]
  before.forEach(({ table, keeps, rows, digest }, at) => {
    const now = after[at]!
    const isChanged = keeps === 'every row' ? digest !== now.digest : rows > now.rows
    if (!isChanged) return
    const found = keeps === 'nothing' ? along : refused
    found.set(table, (found.get(table) ?? 0) + Math.max(0, rows - now.rows))
  })
  const listed = (found: Map<string, number>) => [...found].map(([table, rows]) => ({ table, rows }))
  if (refused.size > 0) throw new OthersWouldChange(listed(refused))
  return listed(along)
}
