import type { Edit, Evidence, Finding, RouteCoverage } from '../../../gate/check.js'
import type { AppOptions, Gate, Member, Visitor } from '../../../gate/gate.js'
import { curl } from '../../../gate/http.js'
import { nextAddress } from '../../../gate/people.js'
import { EPOCH } from '../../../gate/templates.js'
import { clockOf } from '../../../gate/traffic/har.js'
import { send } from '../../../gate/traffic/send.js'
import { attack, reachedTheApp } from './foreign.js'
import { differs } from './own-day.js'
import { revealed } from './revealed.js'
import { changed, fingerprints, keysOf } from './rows.js'
import { withOwnIds } from './slots.js'
import { variations } from './variations.js'
import { openWorld, type World } from './world.js'

/**
 * Plays the owner's recorded day twice at once: the second person, an administrator like the owner and with a copy of
 * all their rows, sends each request with the owner's ids, with ids that do not exist, and with their own; then the
 * owner sends it. Foreign must look like missing, the two people's own answers must be the same, no answer may hold
 * anything of the other's, and neither may change a row of the other's. The owner's 2xx on the same data is the control,
 * without which an attack proves nothing.
 */
export async function campaign(gate: Gate, edits: Edit[] = []): Promise<Finding> {
  const world = await openWorld(gate, campaignApp(edits))
  const problems: Evidence[] = []
  const routes = new Map<string, RouteCoverage>()
  /** what the owner was answered where that was no 2xx */
  const refused = new Map<string, string>()
  for (const [at, exchange] of (await gate.traffic()).entries()) {
    if (gate.signal.aborted || (gate.proving && problems.length)) break
    const route = exchange.route ?? `${exchange.method} ${exchange.path.split('?')[0]} (no route)`
    const coverage = routes.get(route) ?? { route, attacks: 0, controls: 0 }
    routes.set(route, coverage)
    const found = await step(world, at, exchange)
    if (isDone(found.control)) coverage.controls++
    else refused.set(route, `${found.control}, recorded ${exchange.response.status}`)
    if (found.exercised) coverage.attacks++
    const as = world.other
    const repeat = curl(world.target.url, exchange.method, exchange.path, {
      as,
      body: exchange.request.body ?? undefined,
    })
    problems.push(...found.problems.map((problem) => ({ route, curl: repeat, ...problem })))
  }
  problems.push(...(await world.stored()))
  let varied = 0
  if (!gate.proving || !problems.length) {
    const more = await variations(world)
    varied = more.attacks
    problems.push(...more.problems, ...(problems.length ? [] : await world.stored()))
  }
  for (const coverage of routes.values())
    if (!coverage.controls) coverage.exempt = whyNot(coverage.route, refused.get(coverage.route))
  for (const { method, path } of await gate.routes()) {
    const route = `${method} ${path}`
    if (!routes.has(route)) routes.set(route, { route, attacks: 0, controls: 0, exempt: NEVER_REACHED })
  }
  // Without a 2xx of the owner's an attack has proven nothing.
  const proven = [...routes.values()].filter(({ controls }) => controls > 0)
  return {
    exercised: proven.reduce((sum, { attacks }) => sum + attacks, varied),
    unit: 'attacks',
    problems: problems.slice(0, 50),
    notes: world.notes,
    routes: [...routes.values()],
  }
}

/** The app as it is attacked: internal routes are on, so that they are attacked too and not only closed. */
export function campaignApp(edits: Edit[] = []): AppOptions {
  return { env: { ENABLE_INTERNAL_OPS_ROUTES: 'true' }, edits }
}

/** One request of the day, by both. */
async function step(world: World, at: number, exchange: Awaited<ReturnType<Gate['traffic']>>[number]) {
  const { gate, target, tables, owner, other, ranges } = world
  const clock = clockOf(EPOCH, at)
  const [keys, theirs, before] = await Promise.all([
    keysOf(gate.database, tables, owner.id),
    world.secretsOf(other),
    fingerprints(gate.database, tables, owner.id),
    ranges.take('other'),
  ])
  const known = new Set(keys.keys())
  const secrets = { owner: world.secretsIn(keys, owner), other: theirs }

  const moved = world.mirrored ? withOwnIds(exchange, known) : null
  const theirsBefore = moved && (await fingerprints(gate.database, tables, other.id))
  const tried = await attack({ target, as: elsewhere(other), exchange, clock, known, secrets: secrets.owner })
  const problems = [...tried.problems]
  // A refused insert has used up an id, which would shift all that the second person does from here on.
  if (theirsBefore && !changed(theirsBefore, await fingerprints(gate.database, tables, other.id)).length)
    await ranges.again()
  const own = moved
    ? (await send(target, { ...exchange, ...moved.request }, clock, elsewhere(other))).answer
    : tried.answer
  if (moved) problems.push(...revealed(own, secrets.owner))
  const [after, mine] = await Promise.all([
    fingerprints(gate.database, tables, owner.id),
    fingerprints(gate.database, tables, other.id),
    ranges.take('owner'),
  ])
  problems.push(...touched(before, after, other))

  const { answer: control } = await send(target, exchange, clock, elsewhere(owner))
  problems.push(...revealed(control, secrets.other))
  problems.push(...touched(mine, await fingerprints(gate.database, tables, other.id), owner))
  if (exchange.method !== 'GET') await world.plant()
  // The owner's id in old code means the current user by the query layer alone: without it, writes are refused.
  if (world.mirrored && !world.weakened && reachedTheApp(own) && reachedTheApp(control))
    problems.push(...differs(own, control, world.terms, exchange.volatile))
  return { problems, exercised: tried.exercised, control: control.status }
}

function touched(before: Map<string, string>, after: Map<string, string>, by: Member): Evidence[] {
  return changed(before, after).map((table) => ({
    what: `rows of somebody else in ${table} were changed by a request of the ${by.name}`,
    table,
  }))
}

/** Limits by address are the app's own; here each request comes from another one, so that they answer nothing. */
function elsewhere(person: Member): Visitor {
  return { ...person, address: nextAddress() }
}

const NEVER_REACHED =
  'no request of the baseline reaches it: another route answers first, or the drive leaves it out'

const isDone = (status: number) => status >= 200 && status < 300

function whyNot(route: string, answered = 'nothing'): string {
  if (route.endsWith('(no route)')) return 'no route of the app: static files and unknown paths'
  return `the owner was answered ${answered}: without a 2xx of theirs an attack proves nothing`
}
