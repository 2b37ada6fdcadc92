import type pg from 'pg'
import { blindLines, blindSpots } from '../../proof/backup/blind-spots.js'
import { seeingAll } from '../../proof/backup/seeing-all.js'
import { ConfigError } from '../../src/core/config-error.js'
import { loginFacts, requestRoleSql } from '../../src/database/login.js'
import { q } from '../../src/database/quoted.js'
import { sqlState } from '../../src/database/sql-state.js'
import { DirectConnectionNeeded } from '../../src/database/startup-options.js'
import { checkUrl, redactUrl } from '../../src/database/url.js'
import { withClient } from '../../src/database/with-client.js'
import { identityOn } from '../../src/phases/6-isolation/schema/plan/identity.js'
import { privilegeOf } from '../../src/phases/6-isolation/start/privileged-login.js'
import { optionsArrive, sessionDefaultsOf } from '../../src/phases/6-isolation/start/session-defaults.js'
import { type Diagnosis, look, notKnown, ok, wrong } from './diagnosis.js'

const OLDEST_SERVER = 13
const NEWEST_SERVER = 18

/**
 * What the database of this URL is, as the app's login sees it.
 * @param dial what phase 6 needs is wrong from there on, and to be looked at before
 */
export async function lookAtDatabase(url: string, dial: number): Promise<Diagnosis[]> {
  try {
    const pooler = await lookAtPooler(checkUrl(url), dial)
    const server = await withClient(url, 'doctor', (client) => lookAtServer(client, dial))
    return [...server, ...(await lookAtBackups(url)), ...pooler]
  } catch (error) {
    return [refusal(url, error)]
  }
}

/** Explains a refused connection. The SQL is for an administrator. */
function refusal(url: string, error: unknown): Diagnosis {
  const { message } = error as Error
  const code = sqlState(error)
  const at = redactUrl(url)
  const about = 'database'
  if (code === '3D000') {
    const { pathname, username } = new URL(url)
    const name = decodeURIComponent(pathname.slice(1))
    return wrong(
      about,
      `${message} (${at})`,
      `as an administrator: CREATE DATABASE ${q(name)} OWNER ${q(decodeURIComponent(username))}; or name another in DATABASE_URL`,
    )
  }
  if (/^28/.test(code))
    return wrong(
      about,
      `${message} (${at})`,
      `look at user and password in DATABASE_URL; as an administrator: ALTER ROLE ${q(decodeURIComponent(new URL(url).username))} LOGIN PASSWORD '…'`,
    )
  if (code === '53300')
    return wrong(
      about,
      `${message} (${at})`,
      'let fewer processes, or smaller pools, connect; or raise max_connections, or put a PgBouncer before it',
    )
  if (code) return wrong(about, `${message} (${at})`, 'let the server’s administrator look at its log')
  const { code: system = '' } = error as { code?: string }
  if (!system) return notKnown(about, message, 'DATABASE_URL or --database names the one to ask')
  return wrong(
    about,
    `no server answers at ${at} (${system})`,
    'start the database, or name another with DATABASE_URL or --database',
  )
}

async function lookAtServer(client: pg.Client, dial: number): Promise<Diagnosis[]> {
  const { rows } = await client.query<{ version: string; number: number; replica: boolean }>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
       pg_is_in_recovery() as replica`,
  )
  const { version, number, replica } = rows[0]!
  const server = ofServer(version, Math.trunc(number / 10_000))
  if (server.state === 'wrong') return [server]
  return [
    server,
    ...(replica
      ? [wrong('server', 'it is a replica, which takes no writes', 'let DATABASE_URL name the primary')]
      : []),
    ...(await lookAtLogin(client, dial)),
  ]
}

/** @param major of the server */
export function ofServer(version: string, major: number): Diagnosis {
  if (major < OLDEST_SERVER)
    return wrong(
      'server',
      `PostgreSQL ${version}`,
      `usertwo needs ${OLDEST_SERVER} or later (docs/reference/versions.md): upgrade the server`,
    )
  if (major > NEWEST_SERVER)
    return look(
      'server',
      `PostgreSQL ${version}`,
      `it is newer than what was tried (${NEWEST_SERVER}); from phase 6 a start tries it out`,
    )
  return ok('server', `PostgreSQL ${version}`)
}

async function lookAtLogin(client: pg.Client, dial: number): Promise<Diagnosis[]> {
  const { database, login, requestLogin } = await identityOn(client)
  const due = dial >= 6 ? wrong : look
  const privilege = await privilegeOf(client)
  if (privilege) return [due('login', privilege.what, privilege.fix)]
  const { createRole, superuser } = await loginFacts(client)
  if (requestLogin) return [ok('login', `${login}, for requests alone, to ${database}`)]
  const role = await requestRoleSql(client, { database, login })
  const mayMake = createRole || superuser
  return [
    ok('login', `${login}, a plain role, to ${database}`),
    role.length === 0
      ? ok('request role', 'there, and the login may change into it')
      : mayMake
        ? ok('request role', 'not there yet; this login may make it: usertwo migrate up')
        : due(
            'request role',
            `${login} may not prepare the role that requests run in`,
            `usertwo migrate up --admin postgres://admin:…@host/${database}, or, as an administrator: ${role.join('; ')};`,
          ),
    ...(await rights(client, database, login, due)),
  ]
}

/** What `migrate up` needs: a schema of its own, and the app's tables. */
async function rights(
  client: pg.Client,
  database: string,
  login: string,
  due: typeof look,
): Promise<Diagnosis[]> {
  const { rows } = await client.query<{ may: boolean; others: { name: string; owner: string }[] }>(
    `select has_database_privilege(current_database(), 'CREATE') or to_regnamespace('usertwo') is not null as may,
       coalesce((select json_agg(json_build_object('name', c.oid::regclass::text, 'owner', o.rolname) order by c.relname)
         from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles o on o.oid = c.relowner
         where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'usertwo')
           and n.nspname not like 'pg\\_%' and not pg_has_role(o.oid, 'USAGE')), '[]') as others`,
  )
  const { may, others } = rows[0]!
  const [id, place] = [q(login), q(database)]
  const [first] = others
  return [
    may
      ? ok('rights', 'usertwo’s own schema can be made, or is there')
      : wrong(
          'rights',
          `${login} may make no schema in ${database}`,
          `as an administrator: GRANT CREATE ON DATABASE ${place} TO ${id}`,
        ),
    ...(first
      ? [
          due(
            'tables',
            `${others.length} of them are not ${login}’s: ${others
              .slice(0, 3)
              .map(({ name }) => name)
              .join(', ')}`,
            `migrate as their owner: usertwo migrate up --database postgres://${first.owner}:…@host/${database} --app (what DATABASE_URL is now); or, as an administrator: ${others.map(({ name }) => `ALTER TABLE ${name} OWNER TO ${id}`).join('; ')}`,
          ),
        ]
      : []),
  ]
}

/** Detects a connection pooler: a marker sent as a startup option does not reach the server. */
async function lookAtPooler(url: string, dial: number): Promise<Diagnosis[]> {
  if (await optionsArrive(url)) return [ok('pooler', 'none, or one that hands startup options on')]
  try {
    await sessionDefaultsOf(url, Math.max(dial, 6))
    return [
      look(
        'pooler',
        'a PgBouncer keeps startup options from the server; the login rests in the request role',
        'commands go past it: --database postgres://…',
      ),
    ]
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [
      (dial >= 6 ? wrong : look)(
        'pooler',
        'a PgBouncer keeps startup options from the server',
        error.problems.join('; '),
      ),
    ]
  }
}

/**
 * Says whether a dump as this login holds every row: by pg_dump alone, as most backup jobs call it, and by `usertwo backup`.
 * Neither is wrong for an app that serves: another login may make its backups.
 */
async function lookAtBackups(url: string): Promise<Diagnosis[]> {
  const { login, guarded } = await withClient(url, 'doctor', async (client) => {
    const { rows } = await client.query<{ login: string; guarded: number }>(
      `select session_user::text as login, (select count(*)::int from pg_catalog.pg_class c
         where c.relkind in ('r', 'p') and pg_catalog.row_security_active(c.oid)) as guarded`,
    )
    return rows[0]!
  })
  try {
    const blind = await seeingAll(url, blindSpots)
    if (blind.length > 0)
      return [
        look(
          'backup',
          `a dump as ${login} would lack rows: ${blindLines(blind).join('; ')}`,
          'usertwo backup FILE --admin postgres://admin:…@host/database; see docs/how-to/back-up.md',
        ),
      ]
  } catch (error) {
    if (!(error instanceof DirectConnectionNeeded)) throw error
    return [
      look(
        'backup',
        'not asked: a dump cannot be made through this PgBouncer',
        'usertwo backup FILE --database postgres://… past it, as the login that owns the tables; see docs/how-to/back-up.md',
      ),
    ]
  }
  if (guarded === 0) return [ok('backup', `a dump as ${login} holds every row`)]
  return [
    look(
      'backup',
      `pg_dump alone as ${login} does not: it fails at row security, and with --enable-row-security leaves out other users’ rows (${guarded} tables). \`usertwo backup\` as ${login} holds every row`,
      'let backup jobs run usertwo backup FILE; see docs/how-to/back-up.md',
    ),
  ]
}
