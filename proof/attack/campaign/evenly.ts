import type { Answer } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import { EPOCH } from '../../gate/templates.js'
import { Correlation } from '../../gate/traffic/correlation.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { clockOf } from '../../gate/traffic/har.js'
import { send } from '../../gate/traffic/send.js'
import { type KeptRows, quiet } from '../fixture/kept-rows.js'
import { fixtureKeys } from '../fixture/rows.js'
import type { World } from '../fixture/world.js'
import { inFreshProcess } from '../kept/alone.js'
import { differs } from '../oracle/scrubbers.js'
import { withOwnIds } from '../payloads/swapped-ids.js'
import { reachedTheApp } from './foreign.js'
import { elsewhere, isMadeUp, volatileOf } from './step.js'

/** A request that the second user was answered unlike the owner. */
export interface Suspicion {
  /** its place in the recording, or behind it */
  at: number
  exchange: Exchange
  /** what the owner was answered */
  status: number
  problems: Evidence[]
}

/**
 * Plays the recording once more, with the rows of the beginning and in a process that has served no one, and each user sends
 * their own requests only. In the campaign the second user sends more than the owner, and an app may rightly show each user how
 * much they have asked, what last, or what was refused.
 *
 * @param traffic the recording
 * @returns the problems of those requests that are answered unequally here too. One that the owner is answered with another
 * status here proves nothing, and stays
 */
export async function unequalWhenEven(
  world: World,
  kept: KeptRows,
  traffic: readonly Exchange[],
  suspected: readonly Suspicion[],
): Promise<Evidence[]> {
  const last = suspected.at(-1)
  if (!last) return []
  await kept.restore()
  await world.ranges.rewind()
  const even = { ...world, target: await inFreshProcess(world, 'evenly') }
  const rows = new Correlation()
  const found: Evidence[] = []
  const play = async (at: number, exchange: Exchange) => {
    const answers = await asBoth(even, at, exchange)
    const one = suspected.find((suspicion) => suspicion.at === at)
    if (one && !(await isEqual(even, one, exchange, answers))) found.push(...one.problems)
    return answers
  }
  for (const [at, recorded] of traffic.slice(0, last.at + 1).entries()) {
    if (world.gate.signal.aborted) return []
    const { own, control } = await play(at, rows.request(recorded))
    const { keys } = await world.secretsOf(world.other)
    rows.learn(recorded.response.body, control.body, keys)
    rows.follow(recorded.response, control, keys)
    await world.learn(own, control)
  }
  for (const { at, exchange } of suspected)
    if (at >= traffic.length && !world.gate.signal.aborted) await play(at, exchange)
  return found
}

interface Both {
  own: Answer
  control: Answer
}

/** Sends one request as each user, about their own rows. */
async function asBoth(even: World, at: number, exchange: Exchange): Promise<Both> {
  const { gate, target, owner, other, tables, ranges, shared, mapping } = even
  const clock = clockOf(EPOCH, at)
  await quiet(even)
  const keys = await fixtureKeys(gate.database, tables, owner.id)
  const known = new Set([...keys.keys(), ...even.fileNames, ...even.jobIds])
  const theirs = { ...exchange, ...withOwnIds(exchange, shared.own(known), mapping)?.request }
  await ranges.take('other')
  const { answer: own } = await send(target, theirs, clock, elsewhere(other))
  await quiet(even)
  await ranges.take('owner')
  const { answer: control } = await send(target, exchange, clock, elsewhere(owner))
  if (exchange.method !== 'GET') await even.plant()
  return { own, control }
}

/** Whether both users are answered alike, and the owner as before. */
async function isEqual(
  even: World,
  { at, status }: Suspicion,
  exchange: Exchange,
  { own, control }: Both,
): Promise<boolean> {
  if (control.status !== status || !reachedTheApp(own)) return false
  const again = async () => (await asBoth(even, at, exchange)).control
  const volatile = isMadeUp(exchange) ? await volatileOf(exchange, control, again) : exchange.volatile
  return differs(own, control, even.scrubbers, even.mapping, volatile).length === 0
}
