import type { Knex } from 'knex'
import { systemClock } from './core/clock.js'
import type { Config } from './core/config.js'
import { ConfigError } from './core/config-error.js'
import { watchSystem } from './core/context.js'
import type { Kit } from './core/kit.js'
import { personOf } from './core/person-of.js'
import type { Settings } from './core/settings.js'
import { answersNow } from './database/answers-now.js'
import { connect, waitForDatabase } from './database/connect.js'
import { requestIdOf } from './phases/2-hardening/request-id.js'
import { schemaChange } from './phases/2-hardening/schema-change.js'
import { assertBindingLasts } from './phases/6-isolation/binding-lasts.js'
import { bindToSystem } from './phases/6-isolation/connection/own-pool.js'
import {
  type Enforcement,
  enforce,
  enforcement,
  provisional,
  readEnforcement,
} from './phases/6-isolation/enforcement.js'
import { provideJobs } from './phases/6-isolation/jobs/job-kit.js'
import { refusePrivilegedLogin } from './phases/6-isolation/privileged-login.js'
import { recordedGoProblem } from './phases/6-isolation/recorded-go.js'
import { optionsArrive, type Resting, restingOf } from './phases/6-isolation/resting.js'
import { openTally, showToGate, toLog } from './phases/6-isolation/usage/tally.js'
import { assertAboveFloor, assertMigrated } from './phases/8-rollout/migrated.js'
import type { Readiness } from './ready.js'
import { recordAtStart } from './record/at-start.js'
import { makeLog } from './redaction/log.js'
import { refuseStrangers } from './strangers.js'

/** How long a request waits for the toolkit's own queries: an exhausted or locked database is told as 503. ms */
const PATIENCE = 5_000

const LOCAL = 'postgres://127.0.0.1'
const DIRECT: Resting = { startupOptions: true, requestLogin: false }

/** A wrapped app's kit with what starts and ends it. */
export interface Runtime {
  kit: Kit
  ready(): Promise<void>
  /** what `GET /ready` tells */
  readiness(): Promise<Readiness>
  dispose(): Promise<void>
}

/** Makes what every layer is given. Nothing is connected before `ready` or the first query. */
export function makeRuntime(config: Config, settings: Settings): Runtime {
  const dial = settings.USERTWO_PHASE
  const log = makeLog(settings)
  const closers: (() => Promise<void>)[] = []
  const prepare: ((transaction: Knex.Transaction, id: number | string) => Promise<void>)[] = []
  const db = connect(settings.DATABASE_URL ?? LOCAL, { system: true, patience: PATIENCE, background: true })
  let closed: string | null = 'the app has not started yet'

  const kit: Kit = {
    config,
    settings,
    dial,
    db,
    log,
    clock: systemClock,
    userOf: personOf,
    report: (error, req) =>
      log.error(
        { err: error, ...(req && { requestId: requestIdOf(req), method: req.method, path: req.path }) },
        'an error',
      ),
    registrationOpen: () => settings.REGISTRATION === 'open' && closed === null,
    onRegistered: (work) => prepare.push(work),
    registered: async (transaction, id) => {
      for (const work of prepare) await work(transaction, id)
    },
    onDispose: (close) => closers.push(close),
  }
  provideJobs(kit)
  const record = recordAtStart(dial, settings)
  for (const warning of dial > 0 ? record.warnings() : []) log.warn(warning)
  const fixedSchema = dial >= 2 && settings.ENVIRONMENT === 'production'
  const enforceHere = (what: Enforcement) =>
    enforce(fixedSchema ? { ...what, connection: { ...what.connection, schemaChange } } : what)
  const tally = openTally(toLog(log))
  let asked: Promise<boolean> | undefined
  const arrive = () => {
    // A database that is not there yet is asked again.
    asked ??= optionsArrive(settings.DATABASE_URL ?? LOCAL).catch((error: unknown) => {
      asked = undefined
      throw error
    })
    return asked
  }
  // An app that asks its database before it listens is answered once it is known who may see what.
  const early = (system: boolean) => (system ? arrive() : ready().then(arrive))
  enforceHere(provisional(config, dial, tally, early))
  showToGate(tally)
  if (dial >= 6 && config.startup === 'system') tally.note({ what: 'system', reason: 'start of the app' })
  closers.push(async () => stopWatching())
  const stopWatching = watchSystem((reason) => {
    log.info({ event: 'isolation.system', reason }, 'acting as the system')
    tally.note({ what: 'system', reason })
    if (dial < 3) return
    // A note that cannot be written must not stop the job; the log has it.
    const details = JSON.stringify({ reason })
    db('usertwo.audit')
      .insert({ at: kit.clock.now(), event: 'system', details })
      .catch((error: unknown) => log.error({ err: error }, 'an entry into the system was not noted'))
  })

  /** Below phase 3 the toolkit needs no database: an app whose own is late starts as it always did. */
  async function look(): Promise<void> {
    // In a deploy the database may come up after the app (R2).
    if (dial >= 3 && settings.DATABASE_URL) await waitForDatabase(settings.DATABASE_URL, { seconds: 30 })
    const begins = dial >= 3 && settings.DATABASE_URL ? await restingOf(settings.DATABASE_URL, dial) : DIRECT
    const bound = begins.requestLogin || !begins.startupOptions
    if (bound) bindToSystem(db, PATIENCE)
    const client = await db.client.acquireConnection()
    try {
      // Settings of the session, on a connection that others share, go with the transaction.
      if (bound) await client.query('begin')
      await assertAboveFloor(client, dial)
      if (dial >= 6) await refusePrivilegedLogin(client)
      if (dial >= 3) await assertMigrated(client, config, dial)
      if (dial < 6) await refuseStrangers(client, config, settings)
      const known = await readEnforcement(client, config, dial, tally)
      const { startupOptions } = begins
      enforceHere({ ...known, connection: { ...known.connection, startupOptions } })
      const problem = await recordedGoProblem(client, record, config, dial)
      closed = dial < 6 ? 'the dial is below 6' : problem
      if (problem && settings.ENVIRONMENT === 'production')
        log.warn(`the recorded GO does not count: ${problem}`)
      if (closed && settings.REGISTRATION === 'open') log.warn(`registration stays closed: ${closed}`)
    } finally {
      if (bound) await client.query('rollback')
      await db.client.releaseConnection(client)
    }
    const now = enforcement()
    if (dial >= 6 && settings.DATABASE_URL && now)
      await assertBindingLasts(settings.DATABASE_URL, now.connection, config.owner.id, db)
  }
  const isAway = answersNow(db)
  let looked: Promise<void> | undefined
  let seen = false
  function ready(): Promise<void> {
    looked ??= look()
      .catch((error: unknown) => {
        if (dial >= 3 || error instanceof ConfigError) throw error
        log.warn({ err: error }, 'the database has not answered yet')
      })
      .then(() => {
        seen = true
      })
    return looked
  }
  return {
    kit,
    ready,
    readiness: async () => {
      const away = seen && settings.DATABASE_URL ? await isAway() : null
      const why =
        away ?? (settings.REGISTRATION === 'open' ? closed : `REGISTRATION=${settings.REGISTRATION}`)
      const registration = kit.registrationOpen() ? 'open' : 'closed'
      return { ready: seen && !away, dial, registration, ...(why && { why }) }
    },
    dispose: async () => {
      enforce(null)
      showToGate(null)
      for (const close of closers.reverse()) await close()
      await db.destroy()
    },
  }
}
