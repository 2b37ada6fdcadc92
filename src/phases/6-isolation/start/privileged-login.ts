import type pg from 'pg'
import { ConfigError } from '../../../core/config-error.js'
import { loginFacts } from '../../../database/login.js'
import { q } from '../../../database/quoted.js'

/**
 * Returns what makes a login privileged. Row-level security does not apply to superusers and BYPASSRLS: with such a
 * login one of the two isolation layers has no effect, and after the dial is lowered the owner's old code would see
 * all users' rows. A login that is set to a plain role in this database is as good as a plain one.
 *
 * @param client as the app connects, before any query
 * @returns what it is, and the two possible fixes; null: a plain one
 */
export async function privilegeOf(client: pg.Client): Promise<{ what: string; fix: string } | null> {
  const { rows } = await client.query<{ database: string; privileged: boolean; owners: string[] }>(
    `select current_database() as database, rolsuper or rolbypassrls as privileged,
       array(select distinct o.rolname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_roles o on o.oid = c.relowner
         where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'usertwo')
           and n.nspname not like 'pg\\_%' and not o.rolsuper and not o.rolbypassrls) as owners
     from pg_roles where rolname = current_user`,
  )
  const { database, privileged, owners } = rows[0]!
  if (!privileged) return null
  const { user, superuser } = await loginFacts(client)
  const what = superuser ? 'a superuser' : 'BYPASSRLS'
  const [id, place] = [q(user), q(database)]
  const plain = owners.length === 1 ? q(owners[0]!) : '<a plain role that owns the tables>'
  return {
    what: `its database login ${user} is ${what}: PostgreSQL applies no policy to it`,
    fix: `Let the app log in as a plain role, or, as an administrator: ALTER ROLE ${id} IN DATABASE ${place} SET role = ${plain}; then start again`,
  }
}

/** @throws ConfigError with the two possible fixes, if the login is privileged */
export async function refusePrivilegedLogin(client: pg.Client): Promise<void> {
  const privilege = await privilegeOf(client)
  if (privilege)
    throw new ConfigError('The app cannot start at USERTWO_PHASE 6 or above', [
      `${privilege.what}. ${privilege.fix}`,
    ])
}
