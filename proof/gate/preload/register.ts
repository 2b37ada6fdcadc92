// Loaded with --require into the app under test, before its code and its loaders. A deployed app contains
// none of it. Never use --import: with it Node loads `-r ts-node/register main.ts` as a module.
import { Server } from 'node:http'
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'
import { sharedSoFar } from '../../../src/core/process/store.js'
import { handOn } from '../../../src/run/children.js'
import { answer, joinLine } from './answer.js'
import { holdBursts } from './bursts.js'
import { setClock } from './clock.js'
import { sharedCounters } from './counters.js'
import { raiseFence } from './fence/raise.js'
import { giveConfig, noteCalls, offerBypass } from './for-mutants.js'
import { keepTimers, watchJobs } from './jobs/jobs.js'
import { tellNames } from './modules/names-read.js'
import { redirect } from './modules/redirect.js'
import { signAnswers } from './modules/signature.js'
import { recordStatements } from './modules/statements.js'
import { watchCopies } from './modules/toolkit.js'
import { triedBy } from './modules/tried-by.js'
import { ORDERS, type Told } from './orders.js'
import { seenOutside } from './outside.js'
import { limitPools } from './pool.js'
import { recordRoutes } from './routes.js'
import { noteTraffic, withhold } from './traffic.js'

const given = process.env[ORDERS] ?? getEnvironmentData(ORDERS)
delete process.env[ORDERS]
let isEarly = false
if (typeof given === 'string') {
  const told = JSON.parse(given) as Told
  isEarly = told.early ?? false
  handOn(ORDERS, (own) => own ?? given)
  setEnvironmentData(ORDERS, given)
  if (told.calls) noteCalls(told.calls)
  if (told.traffic) noteTraffic(told.traffic)
  if (told.withhold) withhold(told.withhold)
  if (told.config) giveConfig(told.config)
  redirect(told.redirects)
  if (told.edited) offerBypass()
  if (isMainThread) instruments(told)
}
// After the gate's own line to this process, which the fence must not refuse.
raiseFence()
if (isEarly && !/\b(?:npm|npx|yarn|pnpm)(?:-cli)?(?:\.c?js)?$/.test(process.argv[1] ?? '')) new Server()

/** Sets up what the gate observes and sets, once per process. */
function instruments(told: Told): void {
  if (told.line) joinLine(told.line)
  if (told.epoch !== undefined) setClock(told.epoch, told.still)
  // A command of the app, such as its migration, ends by itself.
  if (told.epoch !== undefined && told.line) keepTimers()
  if (told.jobs) watchJobs()
  if (told.signature) signAnswers(told.signature)
  // Outside the others, so that they see a request when it is released.
  holdBursts()
  recordRoutes()
  recordStatements()
  tellNames()
  if (told.pool !== undefined) limitPools(told.pool)
  answer('queryLayer', () => sharedSoFar('query-layer') !== null)
  answer('bindingLasts', () => triedBy())
  answer('counters', sharedCounters)
  answer('outside', seenOutside)
  watchCopies()
}
