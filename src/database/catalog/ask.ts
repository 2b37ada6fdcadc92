import type { ClientBase } from 'pg'

/** One connection: what is read here spans several statements and needs the session to itself. */
export type Queryable = Pick<ClientBase, 'query'>

/** SQL for the schemas of the app: all except the system's and usertwo's own. */
export const APP_SCHEMAS = `n.nspname not in ('information_schema', 'usertwo') and n.nspname not like 'pg\\_%'`

/** SQL that excludes the objects of extensions. */
export function notOfExtension(catalog: 'pg_class' | 'pg_proc', oid: string): string {
  return `not exists (select from pg_catalog.pg_depend x where x.classid = 'pg_catalog.${catalog}'::regclass
    and x.objid = ${oid} and x.deptype = 'e')`
}

/** SQL for whether a rule `r` of `pg_rewrite` runs queries of its own: it is not a view, and does more than nothing. */
export const RULE_ACTS = `r.ev_type <> '1' and (pg_catalog.pg_get_ruledef(r.oid) !~ 'DO( INSTEAD)? +NOTHING;$'
    or pg_catalog.pg_get_ruledef(r.oid) ~ 'ON CONFLICT')`

/**
 * Runs `work` with only `pg_catalog` on the search path: PostgreSQL then prints every other name with its
 * schema, so that the text does not depend on the login's own path.
 */
export function withPlainNames<T>(client: Queryable, work: () => Promise<T>): Promise<T> {
  return withSettings(client, { search_path: 'pg_catalog' }, work)
}

/** Runs `work` with changed session settings, and restores them afterwards, also when it throws. */
export async function withSettings<T>(
  client: Queryable,
  settings: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const names = Object.keys(settings)
  const { rows } = await client.query<{ name: string; value: string | null }>(
    `select s.name, pg_catalog.current_setting(s.name, true) as value from pg_catalog.unnest($1::text[]) s(name)`,
    [names],
  )
  await set(client, settings)
  const before = Object.fromEntries(rows.map(({ name, value }) => [name, value ?? '']))
  let done: T
  try {
    done = await work()
  } catch (error) {
    // In an aborted transaction nothing can be set; its end restores the settings.
    await set(client, before).catch(() => {})
    throw error
  }
  await set(client, before)
  return done
}

async function set(client: Queryable, settings: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(settings))
    await client.query('select pg_catalog.set_config($1, $2, false)', [name, value])
}
