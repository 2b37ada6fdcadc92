import { type Config, ownedIn } from '../../../config/config.js'
import type { Queryable } from '../../../database/catalog/ask.js'

/**
 * Returns the unique indexes that the configuration wants for each user and that still hold for all: the contract of the
 * migration has not run. A second user who takes a value of the first one's is refused until then.
 */
export async function uniquesForAll(client: Queryable, config: Config): Promise<string[]> {
  const named = ownedIn(config).flatMap(([table, { unique = [] }]) => unique.map((name) => [table, name]))
  if (named.length === 0) return []
  const { rows } = await client.query(
    `select wanted.name from unnest($1::text[], $2::text[]) as wanted (at, name)
     join pg_index i on i.indrelid = to_regclass(wanted.at)
     join pg_class c on c.oid = i.indexrelid and c.relname = wanted.name`,
    [named.map(([table]) => table), named.map(([, name]) => name)],
  )
  return rows.map(({ name }) => String(name))
}
