import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Knex } from 'knex'
import type { Client } from 'pg'
import { shownAddresses } from './config/addresses.js'
import type { Config } from './config/config.js'
import { isOn } from './config/dial.js'
import type { Settings } from './config/settings.js'
import { systemClock } from './core/clock.js'
import { ConfigError } from './core/config-error.js'
import { openStartup, type Startup, type UserId } from './core/context.js'
import type { Kit, Setup } from './core/kit.js'
import { personOf } from './core/person-of.js'
import { endStart, printWithoutStack } from './core/process/start-errors.js'
import { isStopping, stopWith } from './core/process/stop.js'
import { beginTracing } from './core/process/tracing.js'
import { answersNow } from './database/answers-now.js'
import {
  asUnreachable,
  connect,
  LOCAL,
  PATIENCE_MS,
  WAIT_FOR_DATABASE,
  waitForDatabase,
} from './database/connect.js'
import { refusedByServer } from './database/refused.js'
import { withClient } from './database/with-client.js'
import { targetOf } from './express/handler.js'
import { sentPath } from './express/path.js'
import { requestIdOf } from './express/request-id.js'
import { phases } from './phases/index.js'
import type { Start } from './phases/phase.js'
import type { Readiness } from './ready.js'
import { type RecordAtStart, recordAtStart } from './record/at-start.js'
import { RECORD_FILE } from './record/record.js'
import { makeLog, makeOwnLog } from './redaction/log.js'

/** The layers of one wrapped app, or of a worker. */
export interface Runtime {
  kit: Kit
  ready(): Promise<void>
  /** the response of `GET /ready` */
  readiness(): Promise<Readiness>
  /** handlers of phases that requests, errors and the server pass first */
  arrivals: readonly ((req: IncomingMessage, res: ServerResponse) => boolean)[]
  failed(error: unknown, res: ServerResponse): void
  prepare(server: Server): Server
  /** from dial 1: ends the process gracefully when SIGTERM arrives while the server listens */
  endsWith(server: Server): void
  dispose(): Promise<void>
}

type Listener = (req: IncomingMessage, res: ServerResponse) => void

/** What phases have added to a kit. */
interface Added {
  arrivals: ((req: IncomingMessage, res: ServerResponse) => boolean)[]
  failures: ((error: unknown, res: ServerResponse) => void)[]
  servers: ((server: Server) => void)[]
  excuses: ((error: unknown) => boolean)[]
  rows: ((transaction: Knex.Transaction, id: UserId) => Promise<void>)[]
  closers: (() => Promise<void>)[]
  registrationClosed: string | null
}

const STOPPING = 'the process is stopping'
const UNSEEN = 'the database has not answered since the start'
/** How long after a failed look at a late database it is looked at again. */
const LATER_MS = 1_000

/** While a process stops, each response closes its connection, so the next request goes elsewhere. */
function closesAfter(_req: IncomingMessage, res: ServerResponse): boolean {
  res.shouldKeepAlive = false
  return false
}

/** Opens the start of a wrapped app, by its configuration. */
export const startupOf = ({ startup }: Config): Startup =>
  openStartup(startup === 'system' ? { kind: 'system', reason: 'start of the app' } : null)

/**
 * A listener whose requests wait until the start has been checked.
 *
 * @param begin asked at each request until then
 */
export function heldUntil(begin: () => Promise<void>, enter: Listener): Listener {
  let isChecked = false
  return (req, res) => {
    if (isChecked) return enter(req, res)
    void begin().then(() => {
      isChecked = true
      enter(req, res)
    })
  }
}

/** Sets up every phase, on or below its dial. Nothing connects before `ready` or the first query. */
export function makeRuntime(config: Config, settings: Settings): Runtime {
  const added: Added = {
    arrivals: [],
    failures: [],
    servers: [],
    excuses: [],
    rows: [],
    closers: [],
    registrationClosed: 'the app has not started yet',
  }
  const record = recordAtStart(settings.USERTWO_PHASE, settings)
  const kit = makeKit(config, settings, added, record, () => ready())
  const { dial, log } = kit
  for (const warning of dial > 0 ? record.warnings() : []) log.warn(warning)

  const setUp = phases.filter(({ number }) => number <= dial).flatMap((phase) => phase.setup?.(kit) ?? [])
  const below = phases.filter(({ number }) => number > dial).flatMap((phase) => phase.below?.(kit) ?? [])
  /** If no phase needs the database, an app whose database is late starts as before. */
  const needsDatabase = setUp.some(({ connect, read, verify }) => connect ?? read ?? verify)
  const isAway = answersNow(kit)
  let started: Promise<void> | undefined
  let seen = false
  let disposed = false
  const dispose = async () => {
    disposed = true
    for (const close of added.closers.reverse()) await close()
  }
  const stopping = {
    delay: settings.USERTWO_STOP_DELAY,
    limit: settings.USERTWO_STOP_LIMIT,
    begin: () => void added.arrivals.push(closesAfter),
    say: (line: string) => log.info(line),
    async dispose() {
      // A start whose pool closes under it would fail, and end the process with 1.
      await started?.catch(() => {})
      await dispose()
    },
  }
  const check = () => startPhases(kit, [...setUp, ...below], needsDatabase)
  /** The app serves already; its start is checked as soon as the database is there. */
  async function checkLater(): Promise<void> {
    for (;;) {
      await sleep(LATER_MS, undefined, { ref: false })
      if (disposed) return
      try {
        await check()
        break
      } catch (error) {
        if (isConfigError(error)) endStart(error)
      }
    }
    seen = true
    log.info('the database answers, and the start has been checked')
  }
  function ready(): Promise<void> {
    started ??= check()
      .then(() => {
        seen = true
      })
      .catch((error: unknown) => {
        if (needsDatabase || isConfigError(error)) throw printWithoutStack(explained(error))
        log.warn({ err: error }, 'the database has not answered yet')
        // Without an address there is nothing that could come later.
        if (settings.DATABASE_URL) void checkLater()
        else seen = true
      })
      .then(() => noteDial(kit, record.missing, needsDatabase))
      .then(() => {
        const why = added.registrationClosed
        if (why && settings.REGISTRATION !== 'owner-only') log.warn(`registration stays closed: ${why}`)
      })
    return started
  }
  return {
    kit,
    ready,
    readiness: async () => {
      const away = isStopping() ? STOPPING : !seen ? UNSEEN : settings.DATABASE_URL ? await isAway() : null
      const { REGISTRATION } = settings
      const why =
        away ??
        ((REGISTRATION !== 'owner-only' && added.registrationClosed) ||
          (REGISTRATION === 'open' ? null : `REGISTRATION=${REGISTRATION}`))
      const registration = kit.registrationOpen() ? 'open' : 'closed'
      return { ready: seen && !away, dial, registration, ...(why && { why }) }
    },
    arrivals: added.arrivals,
    failed(error, res) {
      for (const note of added.failures) note(error, res)
    },
    prepare(server) {
      for (const prepare of added.servers) prepare(server)
      return server
    },
    // At dial 0, a process ends as it did without usertwo.
    endsWith: (server) => (dial === 0 ? undefined : stopWith(server, stopping)),
    dispose,
  }
}

function makeKit(
  config: Config,
  settings: Settings,
  added: Added,
  record: RecordAtStart,
  ready: () => Promise<void>,
): Setup {
  const dial = settings.USERTWO_PHASE
  beginTracing()
  const log = makeLog(settings)
  let db: Knex | undefined
  // Closed last: the phases close their own resources before.
  added.closers.push(async () => db?.destroy())
  return {
    config,
    settings,
    at: shownAddresses(config, settings),
    dial,
    has: (phase) => isOn(phase, dial),
    knowsPeople: isOn('auth', dial) && settings.USER_MGMT_ENABLED,
    get db() {
      db ??= connect(settings.DATABASE_URL ?? LOCAL, {
        system: true,
        patience: PATIENCE_MS,
        background: true,
      })
      return db
    },
    preparesStatements: true,
    log,
    ownLog: makeOwnLog(settings),
    clock: systemClock,
    userOf: personOf,
    report(error, req) {
      if (added.excuses.some((isExcused) => isExcused(error))) return
      const about = req && { requestId: requestIdOf(req), method: req.method, path: sentPath(targetOf(req)) }
      log.error({ err: error, ...about }, 'an error')
    },
    registrationOpen: (invited) =>
      added.registrationClosed === null &&
      (settings.REGISTRATION === 'open' || (invited === true && settings.REGISTRATION === 'invite')),
    async registered(transaction, id) {
      for (const prepare of added.rows) await prepare(transaction, id)
    },
    ready,
    recordProblem: record.problem,
    closeRegistration(why) {
      added.registrationClosed = why
    },
    onRegistered: (prepare) => void added.rows.push(prepare),
    onArrival: (refuse) => void added.arrivals.push(refuse),
    onFailed: (note) => void added.failures.push(note),
    onServer: (prepare) => void added.servers.push(prepare),
    excuse: (isExcused) => void added.excuses.push(isExcused),
    onDispose: (close) => void added.closers.push(close),
  }
}

/**
 * Records the dial of each production start. Without a recorded GO, registration stays closed; nothing stops.
 * @param missing what the record lacks; null: nothing
 */
async function noteDial(kit: Setup, missing: string | null, asks: boolean): Promise<void> {
  const { dial, log, settings } = kit
  if (settings.ENVIRONMENT !== 'production' || dial === 0) return
  // Loaded here: in development and at dial 0 no start needs it.
  const { dialBefore } = await import('./record/last-dial.js')
  const before = asks ? await dialBefore(kit.db, dial).catch(() => null) : null
  if (missing === null) return
  const raised = before !== null && before < dial
  const why = raised ? `raised from ${before} to ${dial} without a recorded GO` : missing
  kit.closeRegistration(why)
  log.warn(
    `${why}: registration stays closed; run usertwo gate --record, commit ${RECORD_FILE} and deploy it, or turn USERTWO_PHASE back`,
  )
}

/** By its name: tsx loads what is imported late a second time, with a class of its own. */
const isConfigError = (error: unknown) => (error as Error).name === 'ConfigError'

/** A database that refuses the connection means that the start was configured wrong. */
function explained(error: unknown): unknown {
  const words = refusedByServer(error)
  return words === null ? error : new ConfigError('The database refuses the connection', [words])
}

/** Runs each step of the start for every phase in order. A failed step of an active phase stops the start. */
async function startPhases(kit: Kit, starts: readonly Start[], needsDatabase: boolean): Promise<void> {
  const { DATABASE_URL } = kit.settings
  for (const phase of starts) await phase.load?.()
  if (needsDatabase && DATABASE_URL) await waitForDatabase(DATABASE_URL, { seconds: WAIT_FOR_DATABASE })
  for (const phase of starts) await phase.connect?.()
  await onClient(kit, async (client) => {
    try {
      // Behind a pooler, session settings end with the transaction.
      await client.query('begin')
      for (const phase of starts) await phase.read?.(client)
    } finally {
      await client.query('rollback').catch(() => {})
    }
  })
  for (const phase of starts) await phase.verify?.()
}

/** Runs `work` on a pooled client. Below phase 4 one connection is enough, and knex stays unloaded. */
async function onClient(kit: Kit, work: (client: Client) => Promise<void>): Promise<void> {
  if (!kit.has('auth')) {
    const url = kit.settings.DATABASE_URL ?? LOCAL
    return withClient(url, '', work, PATIENCE_MS).catch((cause: unknown) => {
      throw asUnreachable(url, cause)
    })
  }
  const { client: pool } = kit.db
  const client: Client = await pool.acquireConnection()
  try {
    await work(client)
  } finally {
    await pool.releaseConnection(client)
  }
}
