import type { Member, Target } from '../gate/gate.js'
import { nextAddress } from '../gate/people.js'
import { EPOCH } from '../gate/templates.js'
import { Correlation } from '../gate/traffic/correlation.js'
import type { Exchange } from '../gate/traffic/exchange.js'
import { clockOf } from '../gate/traffic/har.js'
import { send } from '../gate/traffic/send.js'

/**
 * The recorded day about the rows of this database, learnt from the owner's reads: keys that the app, its seed or the
 * database makes at random are others than were recorded, and a row that is not there is everybody's missing one. What
 * the day itself made keeps its recorded key.
 */
export async function dayOfNow(
  target: Target,
  owner: Member,
  traffic: readonly Exchange[],
): Promise<Exchange[]> {
  const rows = new Correlation()
  for (const [at, get] of traffic.entries()) {
    if (get.method !== 'GET') continue
    const as = { ...owner, address: nextAddress() }
    const { answer } = await send(target, rows.request(get), clockOf(EPOCH, at), as)
    rows.learn(get.response.body, answer.body)
  }
  return traffic.map((exchange) => rows.request(exchange))
}
