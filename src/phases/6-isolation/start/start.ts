import { watchSystem } from '../../../core/context.js'
import type { Setup } from '../../../core/kit.js'
import { watchNative } from '../../../core/process/native.js'
import { LOCAL, PATIENCE_MS, WAIT_FOR_DATABASE, waitForDatabase } from '../../../database/connect.js'
import { refuseOtherHosts } from '../../2-hardening/requests/host-list.js'
import type { Start } from '../../phase.js'
import { bindToSystem } from '../connection/driver/own-pool.js'
import { hookEveryPg } from '../drivers/every-pg.js'
import { decideForThreads, guardThreads, refuseUnguarded } from '../drivers/threads.js'
import { provideJobs } from '../jobs/job-kit.js'
import { wasForbidden } from '../requests/forbidden.js'
import { refuseOtherUsers } from '../requests/other-users.js'
import { assertAboveFloor } from '../schema/floor.js'
import { assertOwnership } from '../schema/missing.js'
import { type Counters, openCounters, showToGate, toLog } from '../usage/counters.js'
import { giveOwnRows } from '../users/per-user-rows.js'
import { type Enforcement, enforce, enforcement, provisional, readEnforcement } from './enforcement.js'
import { recordedGoProblem } from './recorded-go.js'
import type { SessionDefaults } from './session-defaults.js'

/** Loaded once, when the database is reachable. */
const sessionDefaults = () => import('./session-defaults.js')
const bindingLasts = () => import('./binding-lasts.js')
const privilegedLogin = () => import('./privileged-login.js')
const unhookedLibraries = () => import('../drivers/refuse-unhooked.js')
const recoveredSockets = () => import('../requests/recovered-sockets.js')

/** From phase 6 on: queries are bound to the current user, and the app is not served before that is verified. */
export function isolate(kit: Setup): Start {
  const { config, dial, settings } = kit
  const counters = observe(kit)
  if (config.dangerouslyAllowLargeObjects)
    kit.log.warn('dangerouslyAllowLargeObjects is set: a request may reach the large objects of every user')
  if (config.startup === 'system') counters.note({ what: 'system', reason: 'start of the app' })
  kit.excuse(wasForbidden)
  kit.onRegistered((transaction, id) => giveOwnRows(transaction, config, id))
  const arrive = askOnce(settings.DATABASE_URL)
  // An app that queries its database before it listens gets its answer once the policies are known.
  const early = (system: boolean) => (system ? arrive() : kit.ready().then(arrive))
  apply(kit, provisional(config, dial, counters, early))
  keepToPg(kit)
  const enforced = fromCatalog(kit, counters)
  return {
    async load() {
      await (await unhookedLibraries()).refuseUnhooked()
      const undo = (await recoveredSockets()).recoverOwnSockets()
      kit.onDispose(async () => undo())
    },
    connect: enforced.connect,
    async read(client) {
      await (await privilegedLogin()).refusePrivilegedLogin(client)
      await assertOwnership(client, config, dial)
      await enforced.read(client)
    },
    async verify() {
      const now = enforcement()
      if (!settings.DATABASE_URL || !now) return
      const { assertBindingLasts } = await bindingLasts()
      await assertBindingLasts(settings.DATABASE_URL, now.connection, config.owner.id, kit.db)
    },
  }
}

/** Below phase 6 the app has one user, as whom every client acts. Only added columns are stripped. */
export function leaveToTheOwner(kit: Setup): Start {
  const { config, dial, settings } = kit
  const counters = observe(kit)
  const decided = decideForThreads(false)
  kit.onDispose(async () => decided())
  kit.onArrival(refuseOtherHosts(kit))
  apply(kit, provisional(config, dial, counters))
  const enforced = fromCatalog(kit, counters)
  return {
    // Without tables of its own usertwo sends no query that depends on how connections begin.
    ...(kit.has('schema') && { connect: enforced.connect }),
    async read(client) {
      await assertAboveFloor(client, dial)
      await refuseOtherUsers(client, config, settings)
      await enforced.read(client)
      kit.closeRegistration('the dial is below 6')
    },
  }
}

/** Hooks every copy of pg. Libraries that cannot be hooked are refused, and the process continues. */
function keepToPg({ log, onDispose }: Setup): void {
  refuseUnguarded()
  const undo = [
    hookEveryPg(
      () => enforcement()?.connection ?? null,
      (error) => log.error({ err: error }, 'a connection to PostgreSQL was refused'),
    ),
    watchNative((error) => {
      throw error
    }),
    guardThreads(),
    decideForThreads(true),
  ]
  onDispose(async () => {
    for (const step of undo) step()
  })
}

/** Sets up what is counted and recorded at every dial, and jobs, which may begin before a request comes. */
function observe(kit: Setup): Counters {
  const { log } = kit
  provideJobs(kit)
  const counters = openCounters(toLog(log))
  showToGate(counters)
  const stop = watchSystem((reason) => {
    log.info({ event: 'isolation.system', reason }, 'acting as the system')
    counters.note({ what: 'system', reason })
    if (!kit.has('schema')) return
    // A failure to record it must not stop the job; the log has it.
    const details = JSON.stringify({ reason })
    kit
      .db('usertwo.audit')
      .insert({ at: kit.clock.now(), event: 'system', details })
      .catch((error: unknown) => log.error({ err: error }, 'an entry into the system was not noted'))
  })
  kit.onDispose(async () => {
    stop()
    enforce(null)
    showToGate(null)
  })
  return counters
}

/** Makes the enforcement from how connections begin, and then from the catalog. */
function fromCatalog(kit: Setup, counters: Counters): Required<Pick<Start, 'connect' | 'read'>> {
  const { config, dial, log, settings } = kit
  let begins: SessionDefaults = { startupOptions: true, requestLogin: false }
  return {
    async connect() {
      if (settings.DATABASE_URL)
        begins = await (await sessionDefaults()).sessionDefaultsOf(settings.DATABASE_URL, dial)
      if (!begins.requestLogin && begins.startupOptions) return
      bindToSystem(kit.db, PATIENCE_MS)
      kit.preparesStatements = false
    },
    async read(client) {
      const known = await readEnforcement(client, config, dial, counters)
      const { startupOptions } = begins
      apply(kit, { ...known, connection: { ...known.connection, startupOptions } })
      const problem = await recordedGoProblem(client, { problem: kit.recordProblem }, config, dial)
      kit.closeRegistration(problem)
      if (problem && settings.ENVIRONMENT === 'production')
        log.warn(`registration of other users is closed: ${problem}`)
    },
  }
}

function apply({ schemaChange }: Setup, what: Enforcement): void {
  enforce(schemaChange ? { ...what, connection: { ...what.connection, schemaChange } } : what)
}

/** Whether startup options reach the server, tested once it is reachable. */
function askOnce(url = LOCAL): () => Promise<boolean> {
  let asked: Promise<boolean> | undefined
  return () => {
    asked ??= waitForDatabase(url, { seconds: WAIT_FOR_DATABASE })
      .then(sessionDefaults)
      .then(({ optionsArrive }) => optionsArrive(url))
      .catch((error: unknown) => {
        asked = undefined
        throw error
      })
    return asked
  }
}
