import type pg from 'pg'
import { q } from './quoted.js'
import { sqlState } from './sql-state.js'

/**
 * Lets an app work whose login does not own its tables: it may use the toolkit's own tables, and the tables' owner is
 * made a member of it, because whoever migrates must see every row that the login may see.
 * Does nothing when all that is so already.
 *
 * @param admin in the app's database, as somebody who may grant both
 * @param roles the roles that connections of the app, and of migrations, act as; `requestLogin`: it rests in the request
 *   role, and as itself is only the system, which may use the owner's tables
 * @throws with the SQL for an administrator when this client may not do it
 */
export async function openToAppLogin(
  admin: pg.Client,
  roles: { app: string; owner: string; requestLogin?: boolean },
): Promise<void> {
  const [app, owner] = [q(roles.app), q(roles.owner)]
  const { rows } = await admin.query<{ member: boolean }>(
    `select pg_has_role($1::name, $2::name, 'usage') as member`,
    [roles.owner, roles.app],
  )
  const sql = [
    ...(rows[0]?.member ? [] : [`grant ${app} to ${owner}`]),
    `grant usage on schema usertwo to ${app}`,
    `grant select, insert, update, delete on all tables in schema usertwo to ${app}`,
    `grant usage on all sequences in schema usertwo to ${app}`,
    // What has been migrated is written by migrations alone.
    `revoke insert, update, delete on usertwo.migrations from ${app}`,
    // What has happened is added to and read; only what is old goes, by a function.
    `revoke update, delete on usertwo.audit from ${app}`,
    `grant execute on function usertwo.sweep_audit(timestamptz, integer) to ${app}`,
    ...(roles.requestLogin ? await asTheSystem(admin, roles) : []),
  ]
  try {
    await admin.query(sql.join('; '))
  } catch (error) {
    if (sqlState(error) !== '42501') throw error
    throw new Error(
      `The login the app connects as (${roles.app}) does not own its tables, and this one may not prepare it. An administrator runs once: ${sql.join('; ')};`,
      { cause: error },
    )
  }
}

/** Rights on what the owner has now, and on tables to come. */
async function asTheSystem(admin: pg.Client, roles: { app: string; owner: string }): Promise<string[]> {
  const { rows } = await admin.query<{ sql: string }>(
    `select case c.relkind when 'S' then format('grant usage on sequence %I.%I to %I', n.nspname, c.relname, $1::text)
       else format('grant select, insert, update, delete on %I.%I to %I', n.nspname, c.relname, $1::text) end as sql
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles o on o.oid = c.relowner
     where o.rolname = $2 and c.relkind in ('r', 'p', 'S') and n.nspname <> 'usertwo' and n.nspname not like 'pg\\_%'
     union all
     select distinct format('grant usage on schema %I to %I', n.nspname, $1::text)
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles o on o.oid = c.relowner
     where o.rolname = $2 and c.relkind in ('r', 'p') and n.nspname <> 'usertwo' and n.nspname not like 'pg\\_%'`,
    [roles.app, roles.owner],
  )
  const [app, owner] = [q(roles.app), q(roles.owner)]
  return [
    ...rows.map(({ sql }) => sql),
    `alter default privileges for role ${owner} grant select, insert, update, delete on tables to ${app}`,
    `alter default privileges for role ${owner} grant usage on sequences to ${app}`,
  ]
}
