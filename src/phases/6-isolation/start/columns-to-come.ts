import { type Config, ownedIn } from '../../../config/config.js'
import type { Queryable } from '../../../database/catalog/ask.js'

/** The columns that a migration of usertwo may still add to a table. */
interface ToCome {
  /** the number of the table's last column; later ones have higher numbers */
  last: number
  names: ReadonlySet<string>
}

interface Row {
  oid: number
  id: string
  name: string
  last: number
  columns: string[]
}

/** What migrations/0301-users.sql adds to the users table. */
const OF_USERS = ['email', 'is_admin']

/**
 * Returns, by table oid, the columns that usertwo adds to the app's tables and that do not exist yet. While replicas
 * are replaced, the migrations of the new dial run before the processes of the old dial have ended.
 */
export async function columnsToCome(client: Queryable, config: Config): Promise<Map<number, ToCome>> {
  const { rows } = await client.query<Row>(
    `select c.oid, n.nspname || '.' || w.relname as id, w.relname as name, max(a.attnum)::int as last,
      array_agg(a.attname::text) filter (where not a.attisdropped) as columns
    from pg_catalog.pg_class c
    -- A partition is given the columns of the whole.
    join pg_catalog.pg_class w on w.oid = coalesce(pg_catalog.pg_partition_root(c.oid), c.oid)
    join pg_catalog.pg_namespace n on n.oid = w.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relkind in ('r', 'p') and n.nspname not in ('information_schema', 'usertwo')
      and not pg_catalog.starts_with(n.nspname, 'pg_')
    group by c.oid, n.nspname, w.relname`,
  )
  const added = [
    [config.users.table, OF_USERS] as const,
    ...ownedIn(config).map(([table, { owner }]) => [table, [owner]] as const),
  ]
  const found = new Map<number, ToCome>()
  for (const { oid, id, name, last, columns } of rows) {
    const names = added
      .filter(([table]) => table === id || table === name)
      .flatMap(([, of]) => of.filter((column) => !columns.includes(column)))
    if (names.length) found.set(oid, { last, names: new Set(names) })
  }
  return found
}
