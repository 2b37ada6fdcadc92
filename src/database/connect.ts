import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import knex, { type Knex } from 'knex'
import pg from 'pg'
import { letConnect } from '../core/process/known-sockets.js'
import { checkUrl, redactUrl } from './url.js'

// The app may share our copy of pg, and scope(db) hooks its prototypes: the toolkit's own clients keep the methods
// that were there when this file was loaded, which is before any hook.
const { query, getStartupConf, connect: open } = pg.Client.prototype as unknown as Record<string, unknown>
/** A client of pg that no hook of ours is on. */
export class OwnClient extends pg.Client {}
Object.assign(OwnClient.prototype, {
  query,
  getStartupConf,
  connect(this: OwnClient, ...given: unknown[]) {
    letConnect(this)
    return (open as (...given: unknown[]) => unknown).apply(this, given)
  },
})

/** In the options of the toolkit's own handles: an entry that scopes each client of knex comes upon them too. */
const OWN = Symbol.for('usertwo.own-handle')

/** Whether the toolkit has made this client of knex for itself. */
export function isOwnClient({ config }: Pick<Knex.Client, 'config'>): boolean {
  return OWN in config
}

export interface ConnectOptions {
  /** Connections at most. Default: 5. */
  max?: number
  /** What the server lists the connections as. Default: usertwo. */
  applicationName?: string
  /** Sees every person's rows, below every policy: for the toolkit's own work. Default: false. */
  system?: boolean
  /**
   * Milliseconds a query may wait for a connection, and then may run, before it fails: for queries that somebody
   * waits for. Default: 10,000 for a connection, no end for a query.
   */
  patience?: number
  /** The process may end while nobody asks anything. Default: the pool holds it for 30 seconds more. */
  background?: boolean
}

/** Where the app's database is, when nobody says. */
export const LOCAL = 'postgres://127.0.0.1'
/** How long a request waits for the toolkit's own queries: an exhausted or locked database is told as 503. */
export const PATIENCE_MS = 5_000
/** In a deploy the database may come up later than the app (R2): how long is waited for it. Seconds */
export const WAIT_FOR_DATABASE = 30
const CONNECT_MS = 5_000
/** So much longer than a query may run its server may be silent. ms */
const SILENCE_MS = 2_000
const READING_MS = 100
const RETRY_MS = 500
// The server is not there yet, is starting, or has no room: worth asking again. A wrong password is not.
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

// knex prints to stdout what it also throws; there `--json` wants its one document alone.
const SILENT = { debug() {}, deprecate() {}, error() {}, warn() {} }

/**
 * Opens the toolkit's own pool; the app's is never used for it. Nothing is connected before the first query.
 *
 * @throws when the URL is none of PostgreSQL's; a query throws {@link DatabaseUnreachable} when nothing answers
 */
export function connect(url: string, options: ConnectOptions = {}): Knex {
  const { patience } = options
  const settings = [
    ...(options.system ? ['-c usertwo.user_id=system'] : []),
    ...(patience ? [`-c statement_timeout=${patience}`] : []),
  ]
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
  client.acquireRawConnection = async () => {
    const made = await acquire().catch((cause: unknown) => {
      throw isTransient(cause) ? new DatabaseUnreachable(url, cause) : cause
    })
    if (patience) giveUpSilent(made as Connected, patience + SILENCE_MS)
    return made
  }
  if (options.background) holdOnlyWhileAsked(db.client.pool as Pool)
  return db
}

/** What is used of knex's pool (tarn). */
interface Pool {
  on(event: string, listener: (...given: never[]) => void): void
  /** looks for connections that are idle for too long */
  interval: NodeJS.Timeout | null
}
interface Connected {
  connection: { stream: Socket }
  /** false while it is asked something */
  readyForQuery: boolean
}

/**
 * A server that says nothing at all to a query does not end it either, and a network that is gone tells nobody: without this
 * a request would wait until the system gives the connection up, a quarter of an hour.
 */
function giveUpSilent(client: Connected, patience: number): void {
  const { stream } = client.connection
  stream.setTimeout(patience, () => {
    const had = stream.bytesRead
    // A process that was busy for so long itself reads what came meanwhile after this.
    setTimeout(() => {
      if (!client.readyForQuery && stream.bytesRead === had)
        stream.destroy(new Error('Connection terminated: nothing came through it'))
    }, READING_MS).unref()
  })
}

/** A connection that rests does not keep the process running, nor does the timer that ends it. */
function holdOnlyWhileAsked(pool: Pool): void {
  // One that nobody waits for any more when it is made rests too: it is never released.
  pool.on('createSuccess', (_id: never, { connection }: Connected) => connection.stream.unref())
  pool.on('acquireSuccess', (_id: never, { connection }: Connected) => connection.stream.ref())
  pool.on('release', ({ connection }: Connected) => connection.stream.unref())
  // The timer is set right after the word.
  pool.on('startReaping', () => queueMicrotask(() => pool.interval?.unref()))
}

/** Nothing answers at the address; the message names it without the password. */
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
 * Waits until the database takes connections: in a deploy it may come up after the app.
 *
 * @throws DatabaseUnreachable when it still does not answer after `seconds`; at once, with the server's own
 *   words, when it answers and refuses (wrong password, no such database)
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

function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // pg gives its own time limit and a connection cut in mid-start no code.
  return (
    TRANSIENT.has((error as NodeJS.ErrnoException).code ?? '') || /timeout|terminated/.test(error.message)
  )
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return 'no reason given'
  return (cause as NodeJS.ErrnoException).code ?? cause.message
}
