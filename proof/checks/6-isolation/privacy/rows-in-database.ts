import { type Config, ownedIn } from '../../../../src/config/config.js'
import type { UserId } from '../../../../src/core/context.js'
import { literal, q, qualified, quotedTable } from '../../../../src/database/quoted.js'
import type { GateDatabase } from '../../../gate/gate.js'

/** A table that the ownership map gives to users, or that refers to them in the catalog. */
export interface TableOfUsers {
  /** as the configuration or the search path names it */
  name: string
  /** quoted */
  sql: string
  /** the columns that hold a user's id */
  columns: string[]
  /** by the ownership map: the column that decides; null: only the catalog knows that it refers to users */
  owner: string | null
}

/**
 * Returns the tables of the app with rows of users: those of the ownership map, and each that refers to the table of users
 * by a foreign key. The second kind is what an export or a deletion forgets.
 */
export async function tablesOfUsers(
  database: GateDatabase,
  config: Pick<Config, 'tables' | 'users'>,
): Promise<TableOfUsers[]> {
  const referring = await database.sql<{ schema: string; name: string; plain: boolean; columns: string[] }>(
    `select n.nspname as schema, c.relname as name, pg_table_is_visible(c.oid) as plain,
       array_agg(distinct a.attname::text) as columns
     from pg_constraint k
     join pg_class c on c.oid = k.conrelid
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum = any (k.conkey)
     where k.contype = 'f' and k.conparentid = 0 and k.confrelid = to_regclass($1) and n.nspname <> 'usertwo'
     group by n.nspname, c.relname, c.oid`,
    [quotedTable(config.users.table)],
  )
  const owned = new Map(ownedIn(config).map(([name, { owner }]) => [name, owner]))
  const known = [...owned].map(
    ([name, owner]): TableOfUsers => ({
      name,
      sql: quotedTable(name),
      columns: [owner],
      owner,
    }),
  )
  const forgotten = referring.flatMap(({ schema, name, plain, columns }): TableOfUsers[] => {
    const full = `${schema}.${name}`
    if (owned.has(full) || (plain && owned.has(name))) return []
    return [{ name: plain ? name : full, sql: qualified({ schema, name }), columns, owner: null }]
  })
  return [...known, ...forgotten]
}

/** Returns the rows of a user in a table, each as JSON text with its members in the order of `jsonb`. */
export async function rowsOf(
  database: GateDatabase,
  { sql, columns }: Pick<TableOfUsers, 'sql' | 'columns'>,
  user: UserId,
): Promise<string[]> {
  const isTheirs = columns.map((column) => `${q(column)}::text = ${literal(user)}`).join(' or ')
  const rows = await database.sql<{ row: string }>(
    `select to_jsonb(t)::text as row from ${sql} t where ${isTheirs} order by 1`,
  )
  return rows.map(({ row }) => row)
}
