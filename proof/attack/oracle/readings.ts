import type { AppOptions, Gate, Member, Target } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { EPOCH } from '../../gate/templates.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { clockOf } from '../../gate/traffic/har.js'
import { send } from '../../gate/traffic/send.js'
import { exclusionOf } from '../campaign/exclusions.js'
import { dayOfNow } from '../fixture/recorded-day.js'
import type { AttackedTable } from '../fixture/rows.js'
import { corpusOf } from '../synthesised/corpus.js'
import { pathsFor } from '../synthesised/paths.js'
import { lastingHeaders } from './alike.js'
import { changingRows, nonDeterministic } from './non-deterministic.js'

/**
 * Returns what the owner can read: the GETs of the baseline by path, and one of each route that is not
 * recorded.
 *
 * @param how the options of the app whose routes are used
 */
export const readableRequests = async (
  gate: Gate,
  target: Target,
  owner: Member,
  how?: AppOptions,
): Promise<Exchange[]> => requestsBy('GET', gate, await dayOfNow(target, owner, await gate.traffic()), how)

/**
 * Returns the requests of one method: the recorded ones by path, and one of each route that is not recorded. Recorded deletions
 * may name rows that the recording itself made, so that each route gets another one.
 *
 * @param traffic the recording with the keys of this database
 */
export async function requestsBy(
  verb: 'GET' | 'DELETE',
  gate: Gate,
  traffic: readonly Exchange[],
  how?: AppOptions,
): Promise<Exchange[]> {
  const found = new Map(traffic.filter(({ method }) => method === verb).map((one) => [one.path, one]))
  const recorded = new Set(traffic.map(({ route }) => route))
  const corpus = await corpusOf(gate.database, gate.config, gate.config.owner.id, traffic)
  const kindOf = exclusionOf(gate.config)
  for (const { method, path } of await gate.routes(how)) {
    const route = `${method} ${path}`
    if (
      method !== verb ||
      (verb === 'GET' && recorded.has(route)) ||
      ['off', 'toolkit'].includes(kindOf(method, path)?.kind ?? '')
    )
      continue
    const [made] = pathsFor(path, corpus)
    if (made === undefined || found.has(made)) continue
    const response = { status: 0, contentType: null, body: '' }
    found.set(made, { method, path: made, route, request: { contentType: null, body: null }, response })
  }
  return [...found.values()]
}

/** Returns one user's answers by path, at one moment of the clock: status, headers and body. */
export async function reading(
  gate: Gate,
  gets: readonly Exchange[],
  person: Member,
): Promise<Map<string, string>> {
  const target = await gate.app()
  const seen = new Map<string, string>()
  for (const exchange of gets) {
    const as = { ...person, address: nextAddress() }
    const { answer } = await send(target, exchange, clockOf(EPOCH, 0), as)
    if (answer.status === 429) continue
    const headers = lastingHeaders(answer.headers)
    seen.set(exchange.path, JSON.stringify({ status: answer.status, body: answer.body, headers }))
  }
  return seen
}

/**
 * Splits requests into those that are answered the same each time and change no row, and the paths of the others: those
 * whose answer moves, and those that change rows of the reader. They prove nothing about other users here.
 */
export async function steady(
  gate: Gate,
  gets: readonly Exchange[],
  reader: Member,
  tables: readonly AttackedTable[],
): Promise<{ gets: Exchange[]; moving: ReadonlySet<string>; writing: ReadonlySet<string> }> {
  const at = new Map(gets.map((get) => [get.path, get]))
  const one = async (path: string) => JSON.stringify([...(await reading(gate, [at.get(path)!], reader))])
  const { database } = gate
  const writing = await changingRows({ database, tables, reader }, at.keys(), one)
  const still = [...at.keys()].filter((path) => !writing.has(path))
  const moving = await nonDeterministic(still, one)
  // An app may list what its reader has opened: such an answer moves with the reader's other reads.
  const calm = gets.filter(({ path }) => !moving.has(path) && !writing.has(path))
  const [before, after] = [await reading(gate, calm, reader), await reading(gate, calm, reader)]
  for (const [path, answer] of before) if (after.get(path) !== answer) moving.add(path)
  return { gets: gets.filter(({ path }) => !moving.has(path) && !writing.has(path)), moving, writing }
}
