import type { Knex } from 'knex'
import pg from 'pg'
import { actAs, type UserId } from '../../../core/context.js'
import { shared } from '../../../core/process/store.js'
import { ScopeError } from '../../../core/scope-error.js'
import { OwnClient } from '../../../database/connect.js'
import { attach } from '../connection/attach.js'
import { type ScopedDriver, scopedDrivers } from '../connection/driver/scoped-drivers.js'
import { OLDEST_PG } from '../connection/driver/support.js'
import type { ConnectionPolicy } from '../connection/policy.js'
import { insideTransaction } from '../connection/session.js'

/** ms for a connection, and for each query: a pooler may give out no connection while a transaction is open in it. */
const PATIENCE = 10_000
// A transaction id is allocated as for a write: whether it was committed is known for good, and no row is left behind.
const ASK = `select pg_current_xact_id()::text as xid, current_user::text as role,
  current_setting('usertwo.user_id', true) as person`
const TRIED: [what: string, ...query: Query][] = [
  ['a statement without parameters', ASK],
  ['a statement with a parameter', `${ASK} where $1`, [true]],
]

type Query = [text: string, values?: unknown[]]

interface Answer {
  xid: string
  role: string
  person: string
}

/** The parts of a client of the app's copy of pg that the probe uses. */
interface Asking {
  connect(): Promise<unknown>
  query(text: string, values?: unknown[]): Promise<{ rows?: object[] }>
  end(): Promise<void>
  on(event: 'error', listener: () => void): unknown
}

// The copies of pg that were tried, for the gate, whose preload does not share the app's copy of this package.
const start = shared('binding-lasts', () => ({ tried: null as string[] | null }))

/**
 * Tries on the real server, through whatever proxy is in front of it, with each copy of pg that the app has
 * scoped (otherwise usertwo's own), what all layers rely on: a statement bound to a user runs as that user,
 * is committed, is answered correctly, and leaves the connection idle without a user.
 *
 * @param witness other connections, which see only committed work; none of them in a transaction, because a
 *   pooler may have one for all
 * @throws ScopeError `binding_does_not_last`: what was tried, and what was found
 */
export async function assertBindingLasts(
  url: string,
  policy: ConnectionPolicy,
  person: UserId,
  witness: Knex,
): Promise<void> {
  const { requestRole } = policy
  if (requestRole === null) return
  const tried: string[] = []
  for (const driver of scopedDrivers().length > 0 ? scopedDrivers() : [own(policy)]) {
    const client = clientOf(driver, url)
    client.on('error', () => {})
    await client.connect()
    for (const [what, ...query] of TRIED) {
      const found = await faultOf(client, query, requestRole, person, witness).catch(
        (error: Error) => `it failed: ${error.message}`,
      )
      if (!found) continue
      client.end().catch(() => {}) // it may be closed already, or stuck
      throw doesNotLast(what, found, driver, await versionOf(witness))
    }
    await client.end()
    tried.push(`pg ${driver.version}`)
  }
  start.tried = tried
}

/** Returns what is wrong with one bound query; null: nothing. */
async function faultOf(
  client: Asking,
  query: Query,
  role: string,
  person: UserId,
  witness: Knex,
): Promise<string | null> {
  const answer = await actAs({ kind: 'user', id: person, person: null }, () => client.query(...query))
  const said = answer.rows?.[0] as Answer | undefined
  if (!said) return 'it was answered without its row'
  if (said.role !== role || said.person !== String(person))
    return `it ran as ${said.role} for ${said.person || 'no user'}, not as ${role} for ${person}`
  const { rows } = await witness.raw('select pg_xact_status(?::xid8)::text as state', [said.xid])
  const { state } = rows[0] as { state: string | null }
  if (state !== 'committed')
    return `it was answered as done, and for others its transaction is ${state ?? 'unknown'}`
  if (insideTransaction(client)) return 'it was answered, and the connection stayed in its transaction'
  const [left] = (await client.query('show usertwo.user_id')).rows as { 'usertwo.user_id': string }[]
  const rest = left?.['usertwo.user_id']
  return rest === 'none'
    ? null
    : `its user stayed on the connection: ${rest || 'no user'} where none was expected`
}

function doesNotLast(what: string, found: string, { version }: ScopedDriver, server: string): ScopeError {
  return new ScopeError(
    'binding_does_not_last',
    `The app cannot start at USERTWO_PHASE 6 or above: queries that are bound to a user cannot be trusted here. Tried ${what} on PostgreSQL ${server} by pg ${version}: ${found}. Nothing was written. Use a server, a pooler and a pg that docs/reference/versions.md lists, or turn USERTWO_PHASE back to 5. docs/errors.md has more under binding_does_not_last.`,
  )
}

async function versionOf(witness: Knex): Promise<string> {
  const { rows } = await witness.raw('show server_version')
  return (rows[0] as { server_version: string }).server_version
}

/** usertwo's own copy of pg, hooked on classes that nothing else uses. */
function own(policy: ConnectionPolicy): ScopedDriver {
  const driver = { Client: class extends OwnClient {}, Pool: class extends pg.Pool {}, Query: pg.Query }
  attach(driver, OLDEST_PG, () => policy)
  return { pg: driver, version: 'of the toolkit' }
}

/** With the parts of the URL as usertwo reads them: copies of pg differ in their treatment of `sslmode`. */
function clientOf(driver: ScopedDriver, url: string): Asking {
  const { host, port, user, password, database, ssl } = new OwnClient(url)
  const Client = driver.pg.Client as unknown as new (config: object) => Asking
  return new Client({
    host,
    port,
    user,
    password,
    database,
    ssl,
    application_name: 'usertwo start',
    connectionTimeoutMillis: PATIENCE,
    query_timeout: PATIENCE,
  })
}
