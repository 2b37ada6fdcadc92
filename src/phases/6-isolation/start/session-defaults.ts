import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { isOn } from '../../../config/dial.js'
import { ConfigError } from '../../../core/config-error.js'
import { loginFacts } from '../../../database/login.js'
import { q } from '../../../database/quoted.js'
import { refusesStartupOptions, withStartupOptions } from '../../../database/startup-options.js'
import { withClient } from '../../../database/with-client.js'
import { type Identity, identityOn } from '../schema/plan/identity.js'

/** The state in which connections with a URL begin. */
export interface SessionDefaults {
  /** Startup options reach the server, so that each connection can set its role. */
  startupOptions: boolean
  /** The login itself starts in the request role, without a user. */
  requestLogin: boolean
}

/**
 * Finds out how connections begin, by making two: one with a mark in its startup options, and one without any. PgBouncer
 * refuses options, or drops them if configured to ignore them; then only the login can determine a connection's role.
 *
 * @param url as the app connects
 * @throws ConfigError from dial 6 on, if a connection would keep the login's own rights: with the SQL that fixes it; below,
 *   if it would be in the request role and find nothing
 */
export async function sessionDefaultsOf(url: string, dial: number): Promise<SessionDefaults> {
  const startupOptions = await optionsArrive(url)
  return withClient(url, 'start', async (client) => {
    const identity = await identityOn(client)
    const { requestLogin, requestRole } = identity
    // If the role does not exist yet, the start is refused for that reason.
    const isolates = isOn('isolation', dial)
    if (isolates && !startupOptions && !requestLogin && requestRole)
      throw await unsafe(client, identity, requestRole)
    if (!isolates && requestLogin) throw forRequestsOnly(identity, dial)
    return { startupOptions, requestLogin }
  })
}

/** Whether startup options reach the server, by a mark. @throws when the database does not answer */
export async function optionsArrive(url: string): Promise<boolean> {
  const mark = randomBytes(8).toString('hex')
  try {
    return await withClient(withStartupOptions(url, `-c usertwo.mark=${mark}`), 'start', async (client) => {
      const { rows } = await client.query<{ mark: string | null }>(
        `select current_setting('usertwo.mark', true) as mark`,
      )
      return rows[0]?.mark === mark
    })
  } catch (error) {
    if (refusesStartupOptions(error)) return false
    throw error
  }
}

async function unsafe(
  client: pg.Client,
  { database, login }: Identity,
  requestRole: string,
): Promise<ConfigError> {
  const role = q(requestRole)
  const place = q(database)
  const { ownsTables } = await loginFacts(client)
  const { rows } = await client.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  )
  const apart = rows[0]!.version >= 160000 ? ' WITH INHERIT FALSE, SET TRUE' : ''
  const name = ownsTables ? `${login}_requests` : login
  const id = q(name)
  const sql = [
    ...(ownsTables ? [`CREATE ROLE ${id} LOGIN PASSWORD '…'`] : []),
    `GRANT ${role} TO ${id}${apart}`,
    `ALTER ROLE ${id} IN DATABASE ${place} SET role = ${role}`,
    `ALTER ROLE ${id} IN DATABASE ${place} SET usertwo.user_id = 'none'`,
  ]
  const why = ownsTables
    ? `${login} owns the tables, so requests need a login of their own`
    : `and the login ${login} does not rest in the role of requests by itself`
  const then = ownsTables
    ? `then let DATABASE_URL name ${name}, and run usertwo migrate up --app with it, past the PgBouncer`
    : 'then let PgBouncer connect again (RECONNECT), and start again'
  return new ConfigError('The app cannot start at USERTWO_PHASE 6 or above', [
    `DATABASE_URL leads to a PgBouncer that keeps startup options from the server: ${why}. As an administrator: ${sql.join('; ')}; ${then}. See docs/how-to/pgbouncer.md`,
  ])
}

function forRequestsOnly({ login }: Identity, dial: number): ConfigError {
  return new ConfigError('The app cannot start below USERTWO_PHASE 6 with this login', [
    `USERTWO_PHASE=${dial}: the login ${login} is for requests from phase 6 on, and without them finds no rows; let DATABASE_URL name the app's own login`,
  ])
}
