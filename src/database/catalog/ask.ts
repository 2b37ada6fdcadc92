import type { ClientBase } from 'pg'

/** One connection: what is read here spans several statements and needs the session to itself. */
export type Session = Pick<ClientBase, 'query'>

/** SQL for the schemas of the app: everything but the system's and the toolkit's own. */
export const APP_SCHEMAS = `n.nspname not in ('information_schema', 'usertwo') and n.nspname not like 'pg\\_%'`

/** SQL that leaves out what an extension brought along. */
export function notOfExtension(catalog: 'pg_class' | 'pg_proc', oid: string): string {
  return `not exists (select from pg_catalog.pg_depend x where x.classid = 'pg_catalog.${catalog}'::regclass
    and x.objid = ${oid} and x.deptype = 'e')`
}

/**
 * Runs `work` with only `pg_catalog` on the search path: PostgreSQL then prints every other name with its schema,
 * so that two databases read the same whatever the login's own path is.
 */
export async function withPlainNames<T>(client: Session, work: () => Promise<T>): Promise<T> {
  const before = await client.query<{ path: string }>(`select current_setting('search_path') as path`)
  await client.query(`select set_config('search_path', 'pg_catalog', false)`)
  let done: T
  try {
    done = await work()
  } catch (error) {
    // In an aborted transaction nothing can be set; its end puts the path back by itself.
    await client.query(`select set_config('search_path', $1, false)`, [before.rows[0]?.path]).catch(() => {})
    throw error
  }
  await client.query(`select set_config('search_path', $1, false)`, [before.rows[0]?.path])
  return done
}
