import type pg from 'pg'
import { q } from './quoted.js'
import { sqlState } from './sql-state.js'

/**
 * Prepares the database for an app whose login does not own its tables. The login may use usertwo's own
 * tables, and the tables' owner becomes a member of it, because the role that migrates must see every row
 * that the login may see. Does nothing if everything is in place.
 *
 * @param admin in the app's database, as a role that may grant both
 * @param roles the roles that connections of the app, and of migrations, act as; `requestLogin`: it starts in
 *   the request role, and acts as itself only for the system, which may use the owner's tables
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
    // Only migrations write the list of applied migrations.
    `revoke insert, update, delete on usertwo.migrations from ${app}`,
    // The audit is only inserted into and read; a function removes old rows.
    `revoke update, delete on usertwo.audit from ${app}`,
    `grant execute on function usertwo.sweep_audit(timestamptz, integer) to ${app}`,
    ...(roles.requestLogin ? await asTheSystem(admin, roles) : []),
  ]
  try {
    await admin.query(sql.join('; '))
  } catch (error) {
    if (sqlState(error) !== '42501') throw error
    throw new Error(
      `The login the app connects as (${roles.app}) does not own its tables, and this login may not prepare it. An administrator runs once: ${sql.join('; ')};`,
      { cause: error },
    )
  }
}

/** Rights on the owner's existing tables, and on future ones. */
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
