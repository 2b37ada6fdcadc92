import type { Queryable } from './ask.js'

/** Reads the body of each function in the schema `usertwo`, by its name. */
export async function functionBodies(client: Queryable): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; body: string }>(
    `select p.proname::text as name, p.prosrc as body from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace where n.nspname = 'usertwo'`,
  )
  return new Map(rows.map(({ name, body }) => [name, body]))
}
