import { noteOfCounters } from '../../../src/phases/6-isolation/usage/notes.js'
import type { Evidence, Finding } from '../../gate/check.js'
import type { AppOptions, Gate, Route } from '../../gate/gate.js'
import { asRoute, mountedHandlers } from '../../gate/mounted.js'
import type { Replacement } from '../../gate/replace/replacing.js'
import { type Answered, openAnswered, type Statuses } from '../../gate/run/answered.js'
import { Correlation } from '../../gate/traffic/correlation.js'
import { type Exchange, recordedRoute } from '../../gate/traffic/exchange.js'
import { unmarked } from '../fixture/canary.js'
import { keepRows } from '../fixture/kept-rows.js'
import { openWorld, type World } from '../fixture/world.js'
import { corpusOf } from '../synthesised/corpus.js'
import { synthesise } from '../synthesised/synthesise.js'
import { chosenKeys } from './chosen-keys.js'
import { askClosed } from './closed-routes.js'
import { type Coverage, openCoverage } from './coverage.js'
import { type Suspicion, unequalWhenEven } from './evenly.js'
import { stepByRows } from './plain-numbers.js'
import { openSpider, type Spider } from './spider.js'
import type { CampaignStep } from './step.js'
import { variations } from './variations.js'

/** The state of a campaign. */
interface Campaign {
  world: World
  coverage: Coverage
  answered: Answered
  spider: Spider
  problems: Evidence[]
  /** where the second user's own answer differed from the owner's */
  suspected: Suspicion[]
  /** the number of refused writes of rows that all users read */
  refused: number
  /** nothing more needs to be found out */
  isOver(): boolean
}

/** The finding, and the number of refused writes of rows that all users read. */
type Attacked = Finding & { refused: number }

/**
 * Replays the owner's recording as two users. The second one, an administrator like the owner and with a copy
 * of all the owner's rows, sends each request three times: with the owner's ids, with ids that do not exist,
 * and with their own ids. Then the owner sends it. The following must hold. A foreign row looks like a
 * missing one. The two users' own answers are the same. No answer holds anything of the other user. Neither
 * user changes a row of the other. The control is a request that succeeded for the owner and touched one of
 * the owner's rows: without it an attack proves nothing. Routes that are not in the recording are attacked
 * with synthesised requests.
 */
export async function campaign(gate: Gate, replace: readonly Replacement[] = []): Promise<Attacked> {
  const world = await openWorld(gate, campaignApp(replace))
  const kept = await keepRows(gate.database, gate.config)
  const problems: Evidence[] = []
  const isOver = () => gate.signal.aborted || (gate.proving && problems.length > 0)
  const declared = await gate.routes(world.app)
  const handlers = mountedHandlers(await gate.mounts(world.app), declared).map(asRoute)
  const routes = [...declared, ...handlers]
  const spider = openSpider(world, routes)
  const running: Campaign = {
    world,
    coverage: openCoverage(gate.config),
    answered: openAnswered(),
    spider,
    problems,
    suspected: [],
    refused: 0,
    isOver,
  }
  const traffic = await gate.traffic()
  const day = await playDay(running, traffic)
  const madeUp = await synthesised(running, routes, day)
  problems.push(...(await world.stored()))
  let varied = 0
  let now = 0
  if (!isOver()) {
    const more = await variations(world, [...day, ...madeUp])
    varied = more.attacks
    now = more.at
    problems.push(...more.problems, ...(problems.length ? [] : await world.stored()))
  }
  if (!isOver()) problems.push(...(await spider.again()))
  if (!isOver() && !world.weakened)
    problems.push(...(await askClosed(gate, running.coverage.closed(routes), running.answered)))
  // At the end, because afterwards the two users' number ranges overlap.
  if (!isOver() && !world.weakened) {
    const chosen = await chosenKeys(world, [...day, ...madeUp], now)
    varied += chosen.attacks
    problems.push(...chosen.problems)
  }
  // Last, because it begins again with the rows of the beginning.
  if (!isOver()) problems.push(...(await unequalWhenEven(world, kept, traffic, running.suspected)))
  const { routes: covered, unproven, attacks } = running.coverage.result()
  return {
    exercised: attacks + varied,
    unit: 'attacks',
    problems,
    // A campaign that was stopped early says nothing about the routes that were left.
    unproven: isOver()
      ? []
      : unproven
          .filter(({ route }) => !problems.some((problem) => problem.route === route))
          .map((one) => untriedHandler(one, handlers)),
    notes: [...world.notes, ...noteOfCounters(await world.target.counters())],
    routes: covered,
    answers: running.answered.list(),
    refused: running.refused,
  }
}

/**
 * Replays the recording as both users.
 *
 * @returns the requests with the present ids of their rows
 */
async function playDay(running: Campaign, traffic: readonly Exchange[]): Promise<Exchange[]> {
  const { coverage, answered, spider, problems, isOver } = running
  const rows = new Correlation()
  const day: Exchange[] = []
  for (const [at, recorded] of traffic.entries()) {
    if (isOver()) break
    const route = recordedRoute(recorded)
    const exchange = rows.request(recorded)
    day.push(exchange)
    const found = await stepOf(running, route, at, exchange)
    rows.learn(recorded.response.body, found.control.body, found.theirs)
    rows.follow(recorded.response, found.control, found.theirs)
    coverage.recorded(route, found, exchange.response.status)
    answered.note(route, found.statuses)
    problems.push(...found.problems.map((problem) => ({ route, ...problem })))
    problems.push(...(await spider.after(exchange, found.control)))
  }
  return day
}

/** Sends one request as both users, and remembers where the second user was answered unlike the owner. */
async function stepOf(
  running: Campaign,
  route: string,
  at: number,
  exchange: Exchange,
): Promise<CampaignStep> {
  const { world, suspected } = running
  const found = await stepByRows(world, at, exchange)
  if (found.isRefused) running.refused++
  const problems = found.unequal.map((problem) => ({ route, ...problem }))
  if (problems.length) suspected.push({ at, exchange, status: found.control.status, problems })
  return found
}

/** Says of a mounted handler that no request reaches where it is, and how to record one. */
function untriedHandler(unproven: Evidence, handlers: readonly Route[]): Evidence {
  const handler = handlers.find(({ path }) => unproven.route === `ALL ${path}`)
  if (!handler) return unproven
  const { path, at } = handler
  const what = `${unproven.what}. It is a handler mounted by app.use, so that no route says what it takes: send each of its operations, as in await fetch(new URL('${path}', process.env.BASE_URL), { method: 'POST', headers: { 'content-type': 'application/json' }, body })`
  return { ...unproven, what, at }
}

/** Returns how the app is started for attacks: internal routes are on, so that they are attacked too. */
export function campaignApp(replace: readonly Replacement[] = []): AppOptions {
  return { env: { ENABLE_INTERNAL_OPS_ROUTES: 'true' }, replace }
}

/**
 * Attacks every route that is not in the recording, reads first and deletions last, because a deleted row
 * cannot be attacked.
 */
async function synthesised(
  running: Campaign,
  routes: readonly Route[],
  traffic: readonly Exchange[],
): Promise<Exchange[]> {
  const { world, coverage, answered, spider, problems, isOver } = running
  const { gate, owner } = world
  const left = coverage.open(routes)
  const order = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'ALL', 'DELETE']
  const proven: Exchange[] = []
  let at = traffic.length
  for (const one of left.sort((a, b) => order.indexOf(a.method) - order.indexOf(b.method))) {
    if (isOver()) break
    const route = `${one.method} ${one.path}`
    const { tables, recorded } = await corpusOf(gate.database, gate.config, owner.id, traffic)
    const { canaries } = world.secretsIn(new Map(), owner)
    const corpus = {
      recorded,
      tables: tables.map((table) => ({ ...table, rows: unmarked(table.rows, canaries) })),
    }
    let statuses: Statuses = {}
    const attempt = async (exchange: Exchange) => {
      const found = await stepOf(running, route, at++, exchange)
      statuses = found.statuses
      problems.push(...found.problems.map((problem) => ({ route, ...problem })))
      problems.push(...(await spider.after(exchange, found.control)))
      return found
    }
    const tried = await synthesise(one, routes, corpus, attempt, isOver)
    coverage.madeUp(route, tried)
    // Of several attempts, the last one is the one that the app understood.
    answered.note(route, statuses)
    if (tried.proven) proven.push(tried.proven)
  }
  return proven
}
