import { EPOCH } from '../../gate/templates.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { clockOf } from '../../gate/traffic/har.js'
import { type Swap, swapIds } from '../../gate/traffic/ids.js'
import { send } from '../../gate/traffic/send.js'
import { fixtureKeys } from '../fixture/rows.js'
import type { KnownPlaces } from '../fixture/shared-places.js'
import type { World } from '../fixture/world.js'
import { revealed } from '../oracle/revealed.js'
import { differs } from '../oracle/scrubbers.js'
import { withIds } from '../payloads/swapped-ids.js'
import { type CampaignStep, elsewhere, step } from './step.js'

interface Place {
  place: string
  name?: string
}

/**
 * Sends one request as both users, and once more if it turns out that a number in its path names no row.
 *
 * @param at its place in the recording, which sets the app's clock
 */
export async function stepByRows(world: World, at: number, exchange: Exchange): Promise<CampaignStep> {
  const found = await step(world, at, exchange)
  return (await learnPlainNumbers(world, at, exchange, found)) ? step(world, at, exchange) : found
}

/**
 * Learns at which places of a path a number counts something, such as pages, and names no row, although a row of the owner has
 * that key. There the same number gets the second user what the owner gets, of their own rows, and the key of their copy does not.
 *
 * @param found what was found when both users sent this request
 * @returns whether a place was learnt: the request is then to be sent again
 */
async function learnPlainNumbers(
  world: World,
  at: number,
  exchange: Exchange,
  { problems, unequal, control }: CampaignStep,
): Promise<boolean> {
  if (exchange.method !== 'GET' || !world.cloned || problems.length + unequal.length === 0) return false
  const { gate, target, owner, other, tables, shared, mapping } = world
  const keys = await fixtureKeys(gate.database, tables, owner.id)
  const known = shared.own(keys)
  const secrets = world.secretsIn(keys, owner)
  const ask = async (asKnown: KnownPlaces) => {
    const request = withIds(exchange, asKnown, mapping.of, mapping.isOwner)?.request ?? exchange
    return (await send(target, request, clockOf(EPOCH, at), elsewhere(other))).answer
  }
  const unlikeOwner = (answer: CampaignStep['control']) =>
    differs(answer, control, world.scrubbers, mapping, exchange.volatile).length > 0
  let isLearnt = false
  for (const one of numbersIn(exchange, known)) {
    const same = await ask({
      ...known,
      has: (id, place, name) => !(place === one.place && name === one.name) && known.has(id, place, name),
    })
    if (unlikeOwner(same) || revealed(same, secrets).length || !unlikeOwner(await ask(known))) continue
    shared.leaveOut(one.place, one.name)
    isLearnt = true
  }
  return isLearnt
}

/** Returns the places of the path whose number is the key of a row. */
function numbersIn(exchange: Exchange, known: KnownPlaces): Place[] {
  const found: Place[] = []
  const note: Swap = (id, place, name) => {
    if (name !== undefined && /^\d+$/.test(id) && known.has(id, place, name)) found.push({ place, name })
    return id
  }
  swapIds({ ...exchange, request: { contentType: null, body: null } }, note)
  return found
}
