import { type Answer, curl, isDone } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Visitor } from '../../gate/gate.js'
import { operationOf } from '../../gate/operation.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { CLOCK_HEADER } from '../../gate/preload/orders.js'
import { EPOCH } from '../../gate/templates.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { clockOf } from '../../gate/traffic/har.js'
import { missing } from '../fixture/id-mapping.js'
import { quiet } from '../fixture/kept-rows.js'
import { type NewRows, newRowsOf } from '../fixture/new-rows.js'
import { changed, fingerprints, fixtureKeys } from '../fixture/rows.js'
import { openNaming } from '../fixture/words.js'
import type { World } from '../fixture/world.js'
import { unlike, unlikeMade } from '../oracle/alike.js'
import { counted } from '../oracle/open-rows.js'
import { revealed } from '../oracle/revealed.js'
import { type AttackRequest, isRead, type Pair } from '../payloads/pair.js'
import { namings, payloadsOf } from '../payloads/payloads.js'
import { BY_PROTO, smuggled, withUnknown, withUnknownPrototype } from '../payloads/smuggling.js'
import { withIds, withOwnIds } from '../payloads/swapped-ids.js'
import { ofKey } from './chosen-keys.js'
import { reachedTheApp } from './foreign.js'

export interface Varied {
  attacks: number
  problems: Evidence[]
  /** the place in the app's time */
  at: number
}

/**
 * Varies the requests after the recording: each request that named rows, with its ids in payload variants and
 * by other verbs; each read of one's own rows and each write, with the owner named as its sender; each answer
 * to the owner, requested again by its ETag.
 */
export async function variations(world: World, day: readonly Exchange[]): Promise<Varied> {
  const { gate, owner, tables, ranges } = world
  const done: Varied = { attacks: 0, problems: [], at: day.length }
  const known = new Set((await fixtureKeys(gate.database, tables, owner.id)).keys())
  await ranges.take('other')
  const seen = new Set<string>()
  for (const exchange of day) {
    if (gate.signal.aborted || (gate.proving && done.problems.length)) break
    const operation = operationOf(exchange)
    if (operation === null || !isDone(exchange.response) || seen.has(operation)) continue
    seen.add(operation)
    const problems = [
      ...(await inOtherPayloads(world, exchange, known, done)),
      ...(await bySmuggling(world, exchange, known, done)),
      // The owner sends requests here too, and an app may count reads.
      ...(exchange.method === 'GET' ? await byTag(world, exchange, known, done) : []),
    ]
    done.problems.push(...problems.map((problem) => ({ route: exchange.route!, ...problem })))
  }
  return done
}

/** Sends a request at one moment of the app's clock, the same for both halves of a pair. */
function send({ target }: World, as: Visitor, sent: AttackRequest, at: number): Promise<Answer> {
  const { method, path, request, headers } = sent
  return target.ask(method, path, {
    as: { ...as, address: nextAddress() },
    headers: {
      [CLOCK_HEADER]: String(clockOf(EPOCH, at)),
      ...(request.contentType && { 'content-type': request.contentType }),
      ...headers,
    },
    body: method === 'GET' || method === 'HEAD' ? undefined : (request.body ?? undefined),
  })
}

/** Returns the request as a command line. The gate's own values in it are not secret. */
function repeated({ target, other }: World, { method, path, request, headers }: AttackRequest): string {
  const open = { ...(request.contentType && { 'content-type': request.contentType }), ...headers }
  const body = isRead({ method } as AttackRequest) ? undefined : (request.body ?? undefined)
  return curl(target.url, method, path, { as: other, open, body })
}

/** Sends every payload variant of a request, and reports whether any has changed a row of the owner. */
async function inOtherPayloads(
  world: World,
  exchange: Exchange,
  known: ReadonlySet<string>,
  done: Varied,
): Promise<Evidence[]> {
  const { gate, owner, tables, mapping, shared } = world
  const who = { id: String(owner.id), email: owner.email }
  const own = world.cloned ? mapping.of : null
  const plain = own ? { ...exchange, ...withIds(exchange, shared.own(known), own)?.request } : exchange
  const attacked = (await openNaming(gate.database, tables, owner.id))(exchange) ?? exchange
  const pairs = [...payloadsOf(attacked, shared.foreign(known), who, own), ...namings(plain, who)]
  const secrets = await world.secretsOf(owner)
  const problems: Evidence[] = []
  let before = await fingerprints(gate.database, tables, owner.id)
  const isReading = pairs.every(({ foreign }) => isRead(foreign))
  const rows = isReading ? null : await newRowsOf(gate.database, tables, world.other.id)
  for (const pair of pairs) {
    if (gate.signal.aborted) break
    done.at++
    const found = await compared(world, pair, secrets, rows, done)
    // Reads are compared together, at the end.
    if (!isRead(pair.foreign) || pair === pairs.at(-1)) {
      const after = await fingerprints(gate.database, tables, owner.id)
      for (const table of changed(before, after)) {
        const what = `rows of the owner in ${table} were changed by a request ${pair.name}`
        found.push({ what, table, curl: repeated(world, pair.foreign) })
      }
      before = after
    }
    problems.push(...found)
    // A row whose parent never existed would appear when that parent is requested, by the GET of the next
    // pair.
    if (!isRead(pair.foreign) && (await rows?.any())) {
      problems.push(...(await world.stored()))
      await rows!.takeBack()
    }
  }
  return problems
}

/**
 * A foreign id in a payload variant must be answered like a missing one in it, and the answer must show
 * nothing.
 */
async function compared(
  world: World,
  { name, foreign, missing, ids, alike }: Pair,
  secrets: Parameters<typeof revealed>[1],
  rows: NewRows | null,
  done: Varied,
): Promise<Evidence[]> {
  const { other, target, tables } = world
  const problems: Evidence[] = []
  const ask = (sent: AttackRequest) => counted(target, tables, () => send(world, other, sent, done.at))
  const first = ask(foreign)
  // One after the other, so that the statements of each are known.
  if (tables.some(({ readable }) => readable)) await first
  const [{ answer, open }, absent] = await Promise.all([first, alike ? ask(missing) : null])
  if (reachedTheApp(answer)) done.attacks++
  const again = isRead(missing) ? () => send(world, other, missing, done.at) : undefined
  const isComparable = absent !== null && absent.open === open
  const differs = isComparable && (await unlike(answer, absent.answer, ids, again))
  const checkStored = async () => void problems.push(...(await world.stored()))
  const asOther = (sent: AttackRequest) => send(world, other, sent, ++done.at)
  const made =
    differs && !again && rows ? await eachInserting([foreign, missing], asOther, rows, checkStored) : null
  const found = made ? unlikeMade(...made) : differs
  const what = `a row of the owner, requested ${name}, is answered unlike a missing one`
  problems.push(
    ...revealed(answer, secrets, isComparable && !found ? ids : undefined),
    ...(found ? [{ what, ...found }] : []),
  )
  return problems.map((problem) => ({ curl: repeated(world, foreign), ...problem }))
}

/** What the second user writes must belong to that user, whomever the request names. */
async function bySmuggling(
  world: World,
  exchange: Exchange,
  known: ReadonlySet<string>,
  done: Varied,
): Promise<Evidence[]> {
  const { owner, other, gate, tables, mapping } = world
  const problems: Evidence[] = []
  const own = world.cloned ? withOwnIds(exchange, world.shared.own(known), mapping) : null
  const request: AttackRequest = { ...exchange, ...own?.request }
  const secrets = await world.secretsOf(owner)
  const [key] = known
  const variants = smuggled(request, secrets.ownerColumns, owner, key)
  const named = new Set([String(owner.id), ...(key === undefined ? [] : [key])])
  if (!variants.length) return []
  const rows = await newRowsOf(gate.database, tables, other.id)
  const asOther = (sent: AttackRequest) => send(world, other, sent, ++done.at)
  const checkStored = async () => void problems.push(...(await world.stored()))
  // A write that always fails shows nothing about the owner of its row.
  const ask = await sendingAgain(request, asOther, rows, checkStored)
  if (!ask) return []
  // Neither does a write that fails with any unknown member.
  const fails = async (sent: AttackRequest | null) => sent !== null && (await ask(sent)).status >= 500
  const isPicky = await fails(withUnknown(request))
  const isPickyOfProto = await fails(withUnknownPrototype(request))
  // A key that no row has, where the app takes keys of another kind.
  const failsByAnyKey = async (name: string) => {
    const alike = smuggled(request, secrets.ownerColumns, owner, missing(key!))
    return fails(alike.find((one) => one.name === name)?.sent ?? null)
  }
  let before = await fingerprints(gate.database, tables, owner.id)
  for (const { name, sent, inBody, byKey } of variants) {
    const answer = await ask(sent)
    if (reachedTheApp(answer)) done.attacks++
    const found = revealed(answer, secrets, named)
    const excused = (inBody && isPicky) || (name === BY_PROTO && isPickyOfProto)
    const isFailed = answer.status >= 500 && !world.weakened && !excused
    if (isFailed && !(byKey && (await failsByAnyKey(name))))
      found.push({
        what: `a write with the owner named ${name} fails`,
        got: String(answer.status),
        ...(byKey && ofKey(secrets.keys.get(key ?? ''))),
      })
    const after = await fingerprints(gate.database, tables, owner.id)
    for (const table of changed(before, after))
      found.push({
        what: `a write with the owner named ${name} changed the owner’s rows in ${table}`,
        table,
      })
    before = after
    problems.push(...found.map((problem) => ({ curl: repeated(world, sent), ...problem })))
  }
  return problems
}

/** "Not modified" would reveal that another user's answer is known. */
async function byTag(
  world: World,
  exchange: Exchange,
  known: ReadonlySet<string>,
  done: Varied,
): Promise<Evidence[]> {
  const { owner, other } = world
  const own = world.cloned ? withOwnIds(exchange, world.shared.own(known), world.mapping) : null
  const problems: Evidence[] = []
  // The owner's row by its path, and one's own row by the owner's ETag.
  for (const request of own ? [exchange, { ...exchange, ...own.request }] : [exchange]) {
    done.at++
    const theirs = await send(world, owner, exchange, done.at)
    const { etag, 'last-modified': modified } = theirs.headers
    const headers = {
      ...(typeof etag === 'string' && { 'if-none-match': etag }),
      ...(typeof modified === 'string' && { 'if-modified-since': modified }),
    }
    if (!Object.keys(headers).length) return []
    const sent = { ...request, headers }
    // Immediately, because a process may remember only its last ETag. One ETag for two answers is as wrong.
    const answer = await send(world, other, sent, done.at)
    const mine = await send(world, other, request, done.at)
    if (reachedTheApp(answer)) done.attacks++
    await quiet(world)
    if (answer.status !== 304 || (mine.status === theirs.status && mine.body === theirs.body)) continue
    const what = 'the owner’s ETag or date gets "not modified" for another user'
    problems.push({ what, expected: String(mine.status), got: '304', curl: repeated(world, sent) })
  }
  return problems
}

/**
 * Returns how to send variants of a write: if the write itself fails when it is repeated, as with a value that is unique, the
 * rows that the sender got are removed before each. Null: the write always fails, and shows nothing.
 *
 * @param beforeRemoval called with rows still there
 */
export async function sendingAgain<Sent>(
  write: Sent,
  send: (sent: Sent) => Promise<Answer>,
  rows: NewRows,
  beforeRemoval: () => Promise<void>,
): Promise<((sent: Sent) => Promise<Answer>) | null> {
  if ((await send(write)).status >= 500) return null
  const isOnce = (await send(write)).status >= 500
  if (!isOnce) return send
  return async (sent) => {
    if (await rows.any()) {
      await beforeRemoval()
      await rows.takeBack()
    }
    return send(sent)
  }
}

/**
 * Sends both writes of a pair again, each after the rows that the sender got were removed: where a value is unique, the
 * second of two inserts fails whatever else it names.
 *
 * @param beforeRemoval called with rows still there
 * @returns both answers; null unless each write inserts a row
 */
export async function eachInserting<Sent>(
  pair: readonly [Sent, Sent],
  send: (sent: Sent) => Promise<Answer>,
  rows: NewRows,
  beforeRemoval: () => Promise<void>,
): Promise<[Answer, Answer] | null> {
  const answers: Answer[] = []
  for (const sent of pair) {
    if (await rows.any()) {
      await beforeRemoval()
      await rows.takeBack()
    }
    answers.push(await send(sent))
    if (!(await rows.any())) return null
  }
  return answers as [Answer, Answer]
}
