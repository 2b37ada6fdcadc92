import type { Queryable } from '../../../../database/catalog/ask.js'
import { requestRoleOf } from '../../../../database/login.js'

/** The login, role and database of a connection. */
export interface Identity {
  database: string
  login: string
  /** its role when it acts for no user: the login, or the plain role that an administrator set for it */
  role: string
  /** whether it starts in the request role without a user: a login made for requests alone */
  requestLogin: boolean
  /** the role of requests; null: phase 6 has no schema yet */
  requestRole: string | null
}

/** The request role in SQL: it is the comment on `usertwo.uid()`. */
const REQUEST_ROLE = `(select pg_catalog.obj_description(p.oid, 'pg_proc') from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace where n.nspname = 'usertwo' and p.proname = 'uid')`

/** Returns the role of requests, which clones and restored copies of the database keep. Null: as in `Identity`. */
export async function requestRoleOn(client: Queryable): Promise<string | null> {
  const { rows } = await client.query<{ role: string | null }>(`select ${REQUEST_ROLE} as role`)
  return rows[0]!.role
}

/** Returns the identity of this connection. A login for requests is itself when it acts for the system. */
export async function identityOn(client: Queryable): Promise<Identity> {
  const { rows } = await client.query<{
    database: string
    login: string
    role: string
    user: string | null
    known: string | null
  }>(
    `select current_database() as database, session_user::text as login, current_user::text as role,
       current_setting('usertwo.user_id', true) as user,
       ${REQUEST_ROLE} as known`,
  )
  const { database, login, role, user, known } = rows[0]!
  // A copy under another name keeps the role it was made with.
  const requestRole = known ?? requestRoleOf(database)
  const isRequest = role === requestRole
  return {
    database,
    login,
    role: isRequest ? login : role,
    requestLogin: isRequest && user === 'none',
    requestRole: known,
  }
}

/**
 * Returns the role the database was prepared for: the system's policies apply to it, and before there are
 * any, it may use usertwo's schema besides its owner. A migration that is not given the app's login keeps
 * this one. Null: no particular role.
 */
export async function preparedFor(
  client: Queryable,
): Promise<Pick<Identity, 'role' | 'requestLogin'> | null> {
  const rests = `exists (select from pg_catalog.pg_db_role_setting s join pg_catalog.pg_database d on d.oid = s.setdatabase
    where s.setrole = r.oid and d.datname = current_database() and 'usertwo.user_id=none' = any(s.setconfig))`
  const { rows } = await client.query<{ role: string; requestLogin: boolean }>(
    `select distinct r.rolname::text as role, ${rests} as "requestLogin" from pg_catalog.pg_policy p
     cross join pg_catalog.unnest(p.polroles) o(oid) join pg_catalog.pg_roles r on r.oid = o.oid
     where p.polname = 'usertwo_system'
     union
     select r.rolname::text, ${rests} from pg_catalog.pg_namespace n
     cross join pg_catalog.aclexplode(n.nspacl) a join pg_catalog.pg_roles r on r.oid = a.grantee
     where n.nspname = 'usertwo' and r.oid <> n.nspowner and r.rolcanlogin
       and not exists (select from pg_catalog.pg_policy where polname = 'usertwo_system')`,
  )
  return rows.length === 1 ? rows[0]! : null
}
