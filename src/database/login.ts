import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { ConfigError } from '../core/config-error.js'
import { q } from './quoted.js'
import { sqlState } from './sql-state.js'

/** The rights of a client's login that matter to row-level security. */
export interface LoginFacts {
  user: string
  /** superusers and `bypassRls` ignore every policy */
  superuser: boolean
  bypassRls: boolean
  createRole: boolean
  /** whether it owns tables of this database, outside the system's schemas */
  ownsTables: boolean
  /** its settings in this database (`ALTER ROLE … [IN DATABASE …] SET …`); the more specific ones win */
  settings: Record<string, string>
}

const ATTEMPTS = 10
// Roles belong to the whole cluster: two simultaneous preparations can collide in pg_authid and pg_auth_members.
const RACED = new Set(['42710', '23505', 'XX000', '40001'])

/** The role of requests. Roles belong to the whole cluster, so its name contains the database's, hashed. */
export function requestRoleOf(database: string): string {
  return `usertwo_request_${createHash('sha256').update(database).digest('hex').slice(0, 12)}`
}

/**
 * Makes the request role of a database if it is missing (no login, no rights of its own) and allows the login to
 * change into it. Where all roles may create in the schema public, as before PostgreSQL 15, only the login may
 * afterwards. Does nothing if everything is in place, which needs no right to make roles.
 *
 * @param of.role default: the one of this database; a restored dump names the one it was made with
 * @returns the role's name
 * @throws with the SQL for an administrator when this client may not do it; when the role has rights it must not have
 */
export async function ensureRequestRole(
  admin: pg.Client,
  { database, login, role = requestRoleOf(database) }: { database: string; login: string; role?: string },
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const state = await stateOf(admin, role, login, database)
    const missing = statements(role, login, state)
    if (missing.length === 0) return role
    // PostgreSQL only warns if it revokes nothing.
    if (attempt === ATTEMPTS) throw new RoleRefused(login, missing)
    try {
      await prepare(admin, role, missing)
    } catch (error) {
      const code = sqlState(error)
      if (code === '42501') throw new RoleRefused(login, missing)
      if (!RACED.has(code) || attempt === ATTEMPTS - 1) throw error
      await sleep(20 + Math.random() * 80)
    }
  }
}

/** Runs the statements in one transaction, after all earlier preparations of the role from this database. */
async function prepare(admin: pg.Client, role: string, sql: string[]): Promise<void> {
  await admin.query('begin')
  try {
    await admin.query('select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext($1))', [role])
    for (const statement of sql) await admin.query(statement)
    await admin.query('commit')
  } catch (error) {
    await admin.query('rollback').catch(() => {})
    throw error
  }
}

/** Returns the SQL with which `ensureRequestRole` would prepare the role; empty if it is ready. Reads only. */
export async function requestRoleSql(
  client: pg.Client,
  { database, login }: { database: string; login: string },
): Promise<string[]> {
  const role = requestRoleOf(database)
  return statements(role, login, await stateOf(client, role, login, database))
}

interface State {
  exists: boolean
  /** whether the login may change into it */
  ready: boolean
  /** whether every role, including the request role, may create in the schema public */
  open: boolean
  version: number
}

interface Known {
  version: number
  super: boolean | null
  may: boolean | null
  open: boolean
}

/** Reads the memberships themselves: a backend's cache of them, which `pg_has_role` asks, can be stale in a race. */
async function stateOf(client: pg.Client, role: string, login: string, database: string): Promise<State> {
  const { rows } = await client.query<Known>(
    `with may_become as (
       select roleid, member from pg_auth_members m
       where coalesce((to_jsonb(m) ->> 'set_option')::boolean, true) -- a column since PostgreSQL 16
     )
     select current_setting('server_version_num')::int as version,
       (select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin or rolreplication
          from pg_roles where rolname = $1) as super,
       (select rolsuper from pg_roles where rolname = $2) or exists (
         with recursive held as (
           select roleid from may_become where member = (select oid from pg_roles where rolname = $2)
           union select next.roleid from may_become next join held on next.member = held.roleid
         ) select from held join pg_roles on oid = roleid where rolname = $1) as may,
       current_database() = $3 and exists (select from pg_namespace,
         aclexplode(coalesce(nspacl, acldefault('n', nspowner))) held
         where nspname = 'public' and held.grantee = 0 and held.privilege_type = 'CREATE') as open`,
    [role, login, database],
  )
  const { version, super: privileged, may, open } = rows[0]!
  if (privileged) {
    const fix = `ALTER ROLE ${q(role)} NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOLOGIN NOREPLICATION`
    throw new Error(`The role ${role} has rights a request must not have. An administrator runs: ${fix}`)
  }
  return { version, exists: privileged !== null, ready: privileged !== null && may === true, open }
}

function statements(role: string, login: string, { exists, ready, open, version }: State): string[] {
  const [name, to] = [q(role), q(login)]
  // INHERIT FALSE: the login gets the role's rights only by changing into it, never in addition to its own.
  const how = version >= 160000 ? ' WITH INHERIT FALSE, SET TRUE' : ''
  return [
    ...(exists ? [] : [`CREATE ROLE ${name} NOLOGIN`]),
    ...(ready ? [] : [`GRANT ${name} TO ${to}${how}`]),
    ...(open ? [`GRANT CREATE ON SCHEMA public TO ${to}`, 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'] : []),
  ]
}

class RoleRefused extends ConfigError {
  constructor(login: string, sql: string[]) {
    super('The database cannot be prepared', [
      `the login ${login} may not prepare the role that requests run in; give the command a login that may, ` +
        'usertwo migrate up --admin postgres://admin:…@host/database',
      `or let an administrator run this once, then try again: ${sql.join('; ')};`,
    ])
  }
}

/** Reads the rights of this client's login. */
export async function loginFacts(client: pg.Client): Promise<LoginFacts> {
  const { rows } = await client.query<Omit<LoginFacts, 'settings'> & { settings: string[] }>(
    `select session_user::text as user, rolsuper as superuser, rolbypassrls as "bypassRls",
       rolcreaterole as "createRole",
       exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relowner = r.oid and c.relkind in ('r', 'p')
           and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
       ) as "ownsTables",
       array(select unnest(s.setconfig) from pg_db_role_setting s
         where s.setrole = r.oid
           and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
         order by s.setdatabase) as settings
     from pg_roles r where rolname = session_user`,
  )
  const { settings, ...facts } = rows[0]!
  const pairs = settings.map((line): [string, string] => {
    const at = line.indexOf('=')
    return [line.slice(0, at), line.slice(at + 1)]
  })
  return { ...facts, settings: Object.fromEntries(pairs) }
}
