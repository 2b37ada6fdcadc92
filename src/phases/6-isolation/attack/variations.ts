import type { Evidence } from '../../../gate/check.js'
import type { Visitor } from '../../../gate/gate.js'
import { type Answer, curl } from '../../../gate/http.js'
import { nextAddress } from '../../../gate/people.js'
import type { Exchange } from '../../../gate/traffic/exchange.js'
import { disguisesOf, type Pair } from './disguises.js'
import { comparable, reachedTheApp } from './foreign.js'
import { revealed } from './revealed.js'
import { changed, fingerprints, keysOf } from './rows.js'
import { withOwnIds } from './slots.js'
import { smuggled } from './smuggling.js'
import type { World } from './world.js'

export interface Varied {
  attacks: number
  problems: Evidence[]
}

/**
 * After the day: each route that named rows, with the ids in disguise and by other verbs; each write of the second
 * person's own, with the owner named in it; each answer of the owner's asked for again by its ETag.
 */
export async function variations(world: World, day: readonly Exchange[]): Promise<Varied> {
  const { gate, owner, tables } = world
  const done: Varied = { attacks: 0, problems: [] }
  const known = new Set((await keysOf(gate.database, tables, owner.id)).keys())
  await world.ranges.take('other')
  const seen = new Set<string>()
  for (const exchange of day) {
    if (gate.signal.aborted || (gate.proving && done.problems.length)) break
    if (exchange.route === null || exchange.response.status >= 300 || seen.has(exchange.route)) continue
    seen.add(exchange.route)
    const before = await fingerprints(gate.database, tables, owner.id)
    const problems: Evidence[] = []
    for (const pair of disguisesOf(exchange, known, String(owner.id)))
      problems.push(...(await alike(world, pair, done)))
    problems.push(...(await bySmuggling(world, exchange, known, done)))
    const touched = changed(before, await fingerprints(gate.database, tables, owner.id))
    for (const table of touched)
      problems.push({ what: `rows of the owner in ${table} were changed by a request in disguise`, table })
    // The owner asks here too, and an app may count what is read.
    if (exchange.method === 'GET') problems.push(...(await byTag(world, exchange, done)))
    done.problems.push(...problems.map((problem) => ({ route: exchange.route!, ...problem })))
  }
  return done
}

type Sent = Pick<Exchange, 'method' | 'path' | 'request'> & { headers?: Record<string, string> }

function send({ target }: World, as: Visitor, { method, path, request, headers }: Sent): Promise<Answer> {
  return target.ask(method, path, {
    as: { ...as, address: nextAddress() },
    headers: { ...(request.contentType && { 'content-type': request.contentType }), ...headers },
    body: method === 'GET' || method === 'HEAD' ? undefined : (request.body ?? undefined),
  })
}

/** A disguised foreign id is answered like a disguised missing one. */
async function alike(world: World, { name, foreign, missing, ids }: Pair, done: Varied): Promise<Evidence[]> {
  const { owner, other, target } = world
  const keys = await keysOf(world.gate.database, world.tables, owner.id)
  const answer = await send(world, other, foreign)
  const [expected, got] = [comparable(await send(world, other, missing), ids), comparable(answer, ids)]
  if (reachedTheApp(answer)) done.attacks++
  const repeat = curl(target.url, foreign.method, foreign.path, { as: other, headers: foreign.headers })
  const problems = revealed(answer, world.secretsIn(keys, owner))
  if (expected !== got)
    problems.push({
      what: `a row of the owner, asked for ${name}, answers otherwise than a missing one`,
      expected,
      got,
    })
  return problems.map((problem) => ({ curl: repeat, ...problem }))
}

/** What the second person writes is theirs, whoever it names. */
async function bySmuggling(
  world: World,
  exchange: Exchange,
  known: ReadonlySet<string>,
  done: Varied,
): Promise<Evidence[]> {
  const { owner, other, gate, tables } = world
  const problems: Evidence[] = []
  const own = withOwnIds(exchange, known)
  const request = { ...exchange, ...own?.request }
  const secrets = await world.secretsOf(owner)
  const variants = smuggled(request, secrets.ownerColumns, owner.id, [...known][0])
  // A write that nobody can make shows nothing about whose it would be.
  if (!variants.length || (await send(world, other, request)).status >= 500) return []
  for (const { name, body } of variants) {
    const before = await fingerprints(gate.database, tables, owner.id)
    const answer = await send(world, other, { ...request, request: { ...request.request, body } })
    if (reachedTheApp(answer)) done.attacks++
    if (answer.status >= 500 && !world.weakened)
      problems.push({ what: `a write with the owner named ${name} fails`, got: String(answer.status) })
    problems.push(...revealed(answer, secrets))
    for (const table of changed(before, await fingerprints(gate.database, tables, owner.id)))
      problems.push({
        what: `a write with the owner named ${name} changed the owner’s rows in ${table}`,
        table,
      })
  }
  return problems
}

/** "Not modified" would tell that somebody else's answer is known. */
async function byTag(world: World, exchange: Exchange, done: Varied): Promise<Evidence[]> {
  const { owner, other } = world
  const theirs = await send(world, owner, exchange)
  const { etag } = theirs.headers
  if (typeof etag !== 'string') return []
  const headers = { 'if-none-match': etag }
  // At once: a process may remember only the last ETag it gave. One ETag for two answers is as wrong.
  const answer = await send(world, other, { ...exchange, headers })
  const mine = await send(world, other, exchange)
  if (reachedTheApp(answer)) done.attacks++
  if (answer.status !== 304 || mine.body === theirs.body) return []
  return [{ what: 'the owner’s ETag gets "not modified" for somebody else’s own data', got: '304' }]
}
