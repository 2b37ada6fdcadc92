import { type Answer, curl } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Member, Visitor } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import type { Statuses } from '../../gate/run/answered.js'
import { EPOCH } from '../../gate/templates.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { clockOf } from '../../gate/traffic/har.js'
import type { Asked } from '../../gate/traffic/ids.js'
import { send } from '../../gate/traffic/send.js'
import { volatileIn } from '../../gate/traffic/volatile.js'
import { quiet } from '../fixture/kept-rows.js'
import { newRowsOf } from '../fixture/new-rows.js'
import { changed, fingerprints, fixtureKeys } from '../fixture/rows.js'
import { openNaming } from '../fixture/words.js'
import type { World } from '../fixture/world.js'
import { isForbidden, unrefused } from '../oracle/open-rows.js'
import { revealed } from '../oracle/revealed.js'
import { differs } from '../oracle/scrubbers.js'
import { type Reach, reachOf } from '../oracle/touched.js'
import { withMissingIds, withOwnIds } from '../payloads/swapped-ids.js'
import { attack, reachedTheApp } from './foreign.js'

/** The result of one request, sent by both users. */
export interface CampaignStep {
  problems: Evidence[]
  /** how the second user's own answer differs from the owner's: a suspicion, as the second user has sent more requests */
  unequal: Evidence[]
  /** the second user's request reached the app */
  exercised: boolean
  /** the owner's own answer, the control */
  control: Answer
  /** the second user's keys at that moment */
  theirs: ReadonlyMap<string, string>
  /** the route of the app that answered */
  route: string | null
  /** that route called `next()`, and no other route answered after it */
  isPassedOn: boolean
  /** the second user was refused because the row belongs to another user, who alone may change it */
  isRefused: boolean
  /** what the owner's own request reached */
  reach: Reach
  /** the status codes of each caller */
  statuses: Statuses
}

/**
 * Sends one request as both users. The second user sends it with the owner's ids, with ids that do not exist
 * and with their own ids; then the owner sends it.
 *
 * @param at its place in the recording, which sets the app's clock
 */
export async function step(world: World, at: number, exchange: Exchange): Promise<CampaignStep> {
  const { gate, target, tables, owner, other, ranges } = world
  const clock = clockOf(EPOCH, at)
  await quiet(world)
  const [keys, theirs, before, inPlanted] = await Promise.all([
    fixtureKeys(gate.database, tables, owner.id),
    world.secretsOf(other),
    fingerprints(gate.database, tables, owner.id),
    openNaming(gate.database, tables, owner.id),
    ranges.take('other'),
  ])
  const known = new Set([...keys.keys(), ...world.fileNames, ...world.jobIds])
  const secrets = { owner: world.secretsIn(keys, owner), other: theirs }

  const asOther = elsewhere(other)
  // Under a key in words the second user has a row too, and the owner alone has the planted one.
  const attacked = inPlanted(exchange) ?? exchange
  const asOwn = world.cloned
    ? (withOwnIds(exchange, world.shared.own(known), world.mapping)?.request ?? exchange)
    : null
  const theirOwn = asOwn === attacked ? null : asOwn
  const { isOwner } = world.mapping
  const foreign = world.shared.foreign(known)
  const namesForeign = withMissingIds(attacked, foreign, isOwner) !== null
  // If no foreign key refers to the parent, a new row may refer to a missing row, or to another user's.
  const isWrite = namesForeign && exchange.method !== 'GET'
  const theirsBefore = theirOwn || isWrite ? await fingerprints(gate.database, tables, other.id) : null
  const hasChanged = async () =>
    theirsBefore !== null &&
    changed(theirsBefore, await fingerprints(gate.database, tables, other.id)).length > 0
  const made = isWrite ? await newRowsOf(gate.database, tables, other.id) : null
  const hung: Evidence[] = []
  const takeBack = async () => {
    if (!made || !(await made.any())) return false
    hung.push(...(await world.stored()))
    await made.takeBack()
    await ranges.again()
    return true
  }
  const tried = await attack({
    target,
    as: asOther,
    exchange: attacked,
    clock,
    known: foreign,
    isOwner,
    secrets: secrets.owner,
    tables,
    takeBack,
    hasChanged,
  })
  const byOther = repeated(world, other, attacked)
  const problems = [...tried.problems, ...hung].map((problem) => ({ curl: byOther, ...problem }))
  const isDone = theirOwn !== null && (await hasChanged())
  // A refused insert has used up an id, which would shift all later ids of the second user.
  if (theirOwn && !isDone) await ranges.again()
  // A user who has named only rows that all users read has already sent their own request.
  const moved = isDone && !namesForeign ? null : theirOwn
  const ownRequest = { ...exchange, ...moved }
  const own = moved ? (await send(target, ownRequest, clock, asOther)).answer : tried.answer
  const byOtherOwn = repeated(world, other, ownRequest)
  if (moved)
    problems.push(...revealed(own, secrets.owner).map((problem) => ({ curl: byOtherOwn, ...problem })))
  await quiet(world)
  const [after, mine] = await Promise.all([
    fingerprints(gate.database, tables, owner.id),
    fingerprints(gate.database, tables, other.id),
    ranges.take('owner'),
    target.statements(),
  ])
  problems.push(...touched(before, after, other).map((problem) => ({ curl: byOther, ...problem })))

  const { answer: control, route, isPassedOn } = await send(target, exchange, clock, elsewhere(owner))
  const said = await target.statements()
  const reach = reachOf(control, said, tables, secrets.owner)
  const isRefused = isForbidden(tried.answer)
  const unheeded = isRefused ? null : unrefused(tried.asked, said, tables)
  if (unheeded)
    problems.push({
      what: 'a write that names a row of the owner that all users read is not refused',
      table: unheeded,
      expected: '403 forbidden',
      got: String(tried.answer.status),
      curl: byOther,
    })
  const byOwner = repeated(world, owner, exchange)
  problems.push(
    ...[
      ...revealed(control, secrets.other),
      ...touched(mine, await fingerprints(gate.database, tables, other.id), owner),
    ].map((problem) => ({ curl: byOwner, ...problem })),
  )
  if (exchange.method !== 'GET') {
    // Now, because every read that shows these rows later would be reported in place of this request.
    problems.push(...(await world.stored()).map((problem) => ({ curl: byOther, ...problem })))
    await world.plant()
  }
  await world.learn(own, control)
  const again = async () => (await send(target, exchange, clock, elsewhere(owner))).answer
  const volatile = isMadeUp(exchange) ? await volatileOf(exchange, control, again) : exchange.volatile
  // The query layer reads the owner's id in old code as the current user. Without that layer such writes are
  // refused.
  const isComparable = world.cloned && !world.weakened && reachedTheApp(own) && reachedTheApp(control)
  const unequal = isComparable ? differs(own, control, world.scrubbers, world.mapping, volatile) : []
  return {
    problems,
    unequal: unequal.map((problem) => ({ curl: byOtherOwn, ...problem })),
    exercised: tried.exercised,
    isRefused,
    control,
    theirs: secrets.other.keys,
    route,
    isPassedOn,
    reach,
    statuses: {
      owner: control.status,
      ...((moved || !namesForeign) && { other: own.status }),
      ...(namesForeign && { foreign: tried.answer.status }),
    },
  }
}

/** Returns the request as a command line. */
function repeated({ target }: World, as: Member, { method, path, request }: Asked): string {
  const { contentType, body } = request
  const headers: Record<string, string> = contentType ? { 'content-type': contentType } : {}
  return curl(target.url, method, path, { as, headers, body: body ?? undefined })
}

export const isMadeUp = ({ response }: Exchange) => response.status === 0

/**
 * Returns the volatile parts of an answer, which for a synthesised request no recording knows. A read is sent
 * again. A write cannot be repeated, so all of its answer counts as volatile.
 */
export async function volatileOf(
  { method }: Exchange,
  { body }: Answer,
  again: () => Promise<Answer>,
): Promise<string[]> {
  return method === 'GET' ? volatileIn(body, (await again()).body) : ['$']
}

function touched(before: Map<string, string>, after: Map<string, string>, by: Member): Evidence[] {
  return changed(before, after).map((table) => ({
    what: `rows of another user in ${table} were changed by a request of the ${by.name}`,
    table,
  }))
}

/** Gives each request a new client address, so that the app's own limits by address do not answer. */
export function elsewhere(person: Member): Visitor {
  return { ...person, address: nextAddress() }
}
