import type pg from 'pg'
import { requestRoleOn } from '../../src/phases/6-isolation/schema/plan/identity.js'
import type { BackupManifest } from './manifest.js'

/** Returns the roles that a database names. Each of them must exist where the dump is restored. */
export async function rolesNamed(
  client: pg.Client,
): Promise<Pick<BackupManifest, 'owner' | 'requestRole' | 'roles'>> {
  const requestRole = await requestRoleOn(client)
  const { rows } = await client.query<{ owner: string; roles: string[] }>(
    `select coalesce(
       (select o.rolname::text from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_roles o on o.oid = c.relowner
        where c.relkind in ('r', 'p') and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
        group by 1 order by count(*) desc, 1 limit 1), current_user::text) as owner,
     -- of grants and policies, and whose default privileges there are
     array(select distinct r.rolname::text from pg_catalog.pg_shdepend d join pg_catalog.pg_roles r on r.oid = d.refobjid
       where d.refclassid = 'pg_catalog.pg_authid'::regclass
         and d.dbid = (select oid from pg_catalog.pg_database where datname = current_database())
         and (d.deptype in ('a', 'r') or d.classid = 'pg_catalog.pg_default_acl'::regclass)
       order by 1) as roles`,
  )
  const { owner, roles } = rows[0]!
  return { owner, requestRole, roles: roles.filter((role) => role !== owner && role !== requestRole) }
}

export async function extensionsOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select extname::text as name from pg_catalog.pg_extension where extname <> 'plpgsql' order by 1`,
  )
  return rows.map(({ name }) => name)
}
