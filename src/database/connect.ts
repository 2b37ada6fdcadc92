import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Knex } from 'knex'
import pg from 'pg'
import { letConnect } from '../core/process/known-sockets.js'
import { checkUrl, redactUrl } from './url.js'

// The app may share usertwo's copy of pg, and scope(db) hooks its prototypes: usertwo's own clients keep the
// methods from when this file was loaded, which is before any hook.
const { query, getStartupConf, connect: open } = pg.Client.prototype as unknown as Record<string, unknown>
/** A pg client without usertwo's hooks. */
export class OwnClient extends pg.Client {}
Object.assign(OwnClient.prototype, {
  query,
  getStartupConf,
  connect(this: OwnClient, ...given: unknown[]) {
    letConnect(this)
    return (open as (...given: unknown[]) => unknown).apply(this, given)
  },
})

// Loaded when a handle is first opened: knex and what it needs are 330 files, and an app below phase 4 needs none.
const require = createRequire(import.meta.url)

/** In the options of usertwo's own handles, because an entry that scopes every knex client meets them too. */
const OWN = Symbol.for('usertwo.own-handle')

/** Whether usertwo has made this knex client for itself. */
export function isOwnClient({ config }: Pick<Knex.Client, 'config'>): boolean {
  return OWN in config
}

export interface ConnectOptions {
  /** The most connections. Default: 5. */
  max?: number
  /** The name under which the server lists the connections. Default: usertwo. */
  applicationName?: string
  /** Sees all users' rows, without policies: for usertwo's own work. Default: false. */
  system?: boolean
  /**
   * Milliseconds that a query may wait for a connection, and then may run, before it fails: for queries that
   * a request waits for. Default: 10,000 for a connection, no limit for a query.
   */
  patience?: number
  /** The process may end while no query is running. Default: the pool keeps it running for 30 seconds more. */
  background?: boolean
}

/** The database URL if none is given. */
export const LOCAL = 'postgres://127.0.0.1'
/** How long a request waits for usertwo's own queries: an exhausted or locked database is answered with 503. */
export const PATIENCE_MS = 5_000
/** How long to wait for the database, which may come up later than the app in a deploy (R2). Seconds */
export const WAIT_FOR_DATABASE = 30
const CONNECT_MS = 5_000
/** How much longer than a query's limit its server may be silent. ms */
const SILENCE_MS = 2_000
const READING_MS = 100
const RETRY_MS = 500
// The server is not there yet, is starting, or is full: worth another attempt. A wrong password is not.
const TRANSIENT = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  '57P03',
  '53300',
])

// knex prints to stdout what it also throws; there `--json` needs exactly one document.
const SILENT = { debug() {}, deprecate() {}, error() {}, warn() {} }

/**
 * Opens usertwo's own pool; the app's is never used. Connects at the first query.
 *
 * @throws if the URL is not a PostgreSQL URL; a query throws {@link DatabaseUnreachable} when the server does not answer
 */
export function connect(url: string, options: ConnectOptions = {}): Knex {
  const { patience } = options
  const settings = [
    ...(options.system ? ['-c usertwo.user_id=system'] : []),
    ...(patience ? [`-c statement_timeout=${patience}`] : []),
  ]
  const knex = require('knex') as typeof import('knex').default
  const db = knex({
    client: 'pg',
    connection: {
      connectionString: checkUrl(url),
      application_name: options.applicationName ?? 'usertwo',
      connectionTimeoutMillis: CONNECT_MS,
      ...(settings.length > 0 && { options: settings.join(' ') }),
    },
    pool: { min: 0, max: options.max ?? 5 },
    acquireConnectionTimeout: patience ?? 10_000,
    log: SILENT,
    [OWN]: true,
  } as Knex.Config)
  const client = db.client as { driver: object; acquireRawConnection(): Promise<unknown> }
  client.driver = { ...client.driver, Client: OwnClient }
  const acquire = client.acquireRawConnection.bind(client)
  async function acquireReachable(): Promise<unknown> {
    const made = await acquire().catch((cause: unknown) => {
      throw asUnreachable(url, cause)
    })
    if (patience) giveUpSilent(made as Connected, patience + SILENCE_MS)
    return made
  }
  client.acquireRawConnection = acquireReachable
  if (options.background) holdOnlyWhileAsked(db.client.pool as Pool)
  return db
}

/** The parts of knex's pool (tarn) that are used. */
interface Pool {
  on(event: string, listener: (...given: never[]) => void): void
  /** looks for connections that have been idle for too long */
  interval: NodeJS.Timeout | null
}
interface Connected {
  connection: { stream: Socket }
  /** false while a query is running */
  readyForQuery: boolean
}

/**
 * Ends a connection whose server is silent. Such a server does not end the query either, and a lost network
 * reports nothing: a request would wait for a quarter of an hour, until the system gives the connection up.
 */
function giveUpSilent(client: Connected, patience: number): void {
  const { stream } = client.connection
  stream.setTimeout(patience, () => {
    const had = stream.bytesRead
    // A process that was busy itself reads afterwards what arrived in the meantime.
    setTimeout(() => {
      if (!client.readyForQuery && stream.bytesRead === had)
        stream.destroy(new Error('Connection terminated: nothing came through it'))
    }, READING_MS).unref()
  })
}

/** An idle connection does not keep the process running, nor does the timer that closes it. */
function holdOnlyWhileAsked(pool: Pool): void {
  // A connection that no query waits for any more when it is ready is idle too: it is never released.
  pool.on('createSuccess', (_id: never, { connection }: Connected) => connection.stream.unref())
  pool.on('acquireSuccess', (_id: never, { connection }: Connected) => connection.stream.ref())
  pool.on('release', ({ connection }: Connected) => connection.stream.unref())
  // The timer is set right after the event.
  pool.on('startReaping', () => queueMicrotask(() => pool.interval?.unref()))
}

/** The server does not answer at the address; the message names it without the password. */
export class DatabaseUnreachable extends Error {
  constructor(url: string, cause: unknown) {
    super(
      `The database at ${redactUrl(url)} does not answer (${reason(cause)}). ` +
        'Check that it runs and that DATABASE_URL names its host and port.',
      { cause },
    )
    this.name = 'DatabaseUnreachable'
  }
}

/**
 * Waits until the database accepts connections: in a deploy it may come up after the app.
 *
 * @throws DatabaseUnreachable if it still does not answer after `seconds`; at once, with the server's own
 *   words, if it refuses (wrong password, no such database)
 */
export async function waitForDatabase(url: string, options: { seconds: number }): Promise<void> {
  const until = Date.now() + options.seconds * 1000
  for (;;) {
    const client = new OwnClient({ connectionString: checkUrl(url), connectionTimeoutMillis: CONNECT_MS })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (!isTransient(error)) throw error
      if (Date.now() + RETRY_MS > until) throw new DatabaseUnreachable(url, error)
    }
    await sleep(RETRY_MS)
  }
}

/** What to throw for a failed connection: names the address if the server does not answer at it. */
export function asUnreachable(url: string, cause: unknown): unknown {
  return isTransient(cause) ? new DatabaseUnreachable(url, cause) : cause
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // pg sets no code for its own time limit and for a connection that breaks while it starts.
  return (
    TRANSIENT.has((error as NodeJS.ErrnoException).code ?? '') || /timeout|terminated/.test(error.message)
  )
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return 'no reason given'
  return (cause as NodeJS.ErrnoException).code ?? cause.message
}
