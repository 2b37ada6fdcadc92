import type { Answer } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import { distinctBy } from '../../gate/distinct.js'
import type { NamesRead, Route } from '../../gate/gate.js'
import { operationOf } from '../../gate/operation.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { anonymous } from '../../gate/people/people.js'
import { CLOCK_HEADER } from '../../gate/preload/orders.js'
import { EPOCH } from '../../gate/templates.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import type { Asked } from '../../gate/traffic/ids.js'
import { exclusionOf } from '../campaign/exclusions.js'
import { type Canaries, newMark } from '../fixture/canary.js'
import { rowsSettle } from '../fixture/kept-rows.js'
import type { World } from '../fixture/world.js'
import { inFreshProcess, knowsOwner, type OtherAnswer, unlikeAlone } from './alone.js'
import { asVisitor, type Reader, reportOf, seenIn } from './seen.js'
import { ownRequest } from './values.js'
import {
  BARE,
  onceMore,
  prefixesOf,
  verbsOf,
  type Way,
  waysToFail,
  waysToNowhere,
  waysToRead,
} from './ways.js'
import { isReadByAll, type Written } from './writes.js'

/** How many requests are sent at a time. */
const AT_A_TIME = 6

/** The ways in which a read may leave something in the process, and in which its answer may be chosen. */
const LEAVES = /^(?:with|as|about)/

/** What the owner does in an app. */
interface Done {
  /** reads, each route once */
  gets: readonly Exchange[]
  written: readonly Written[]
  deleted: readonly Exchange[]
  /** what the app reads of each read, by route */
  names: ReadonlyMap<string, NamesRead>
  routes: readonly Route[]
  /** the names of the cookies of the app */
  cookies: readonly string[]
}

interface Place {
  /** the owner's request */
  exchange: Exchange
  /** the second user's, about copies of the same rows */
  own: Exchange
  names: NamesRead
  /** the methods that the app declares for its path */
  declared: ReadonlySet<string>
  cookies: readonly string[]
}

/**
 * Asks every address in every way in which the app may answer: other verbs, without its query and with other values,
 * each media type, wrong bodies, rows and paths that do not exist, a stream again. First the owner does so, with a mark in
 * everything that is sent, then the second user and an anonymous client. None of them may be shown anything of another user.
 * The owner begins in a process that has served no one else, so that what it keeps of its first requests has marks too; and
 * where the owner has done nothing, the second user is answered the same.
 *
 * @param known the owner's ids
 * @param restore restores the rows
 */
export async function askEveryWay(
  shared: World,
  done: Done,
  known: ReadonlySet<string>,
  restore: () => Promise<unknown>,
): Promise<{ asked: number; problems: Evidence[] }> {
  const fresh = await inFreshProcess(shared, 'every way')
  const isKnown = await knowsOwner(shared, fresh, done.gets)
  const asking = await askingOf({ ...shared, target: isKnown ? fresh : shared.target }, done, known)
  const takeBack = async () => {
    if (done.written.some(({ isLate }) => isLate)) await rowsSettle(shared)
    await restore()
  }
  const askAfterOwner = async (one: Asking) => {
    await leave(one)
    await takeBack()
    const answers = await lookFor(one, restore, (at) => againByOwner(one, at))
    await takeBack()
    return answers
  }
  const inAnother = async (instance: string, later: number, ask: (one: Asking) => Promise<OtherAnswer[]>) => {
    const target = await inFreshProcess(shared, instance, later)
    const answers = await ask(await askingOf({ ...shared, target }, done, known))
    await target.stop()
    await takeBack()
    return answers
  }
  const askAlone = (time: number) =>
    inAnother(`the other alone, ${time}`, time, (one) => lookFor(one, restore))
  const askAgain = () => inAnother('every way again', 0, askAfterOwner)
  const alone = isKnown ? await askAlone(0) : []
  const told = await askAfterOwner(asking)
  await inTurns(asking)
  // What a process would still store, from a timer, ends with it.
  await fresh.stop()
  await takeBack()
  const excluded = exclusionOf(shared.gate.config)
  for (const { way, as, answer, differs } of isKnown
    ? await unlikeAlone(told, alone, askAlone, askAgain)
    : []) {
    // What is off for users, such as metrics, may count the requests of all.
    if (excluded(way.method, way.path.split('?')[0]!)?.kind === 'off') continue
    asking.found.push({ ...reportOf(fresh, way, as, answer), ...differs, what: DIFFERENT(way.how) })
  }
  const problems = distinctBy(asking.found, ({ route, what }) => `${route} ${what.replace(HOW, '')}`)
  return { asked: asking.sent(), problems }
}

const DIFFERENT = (how: string) =>
  `requested ${how}: what the owner did before changes the answer to another user`

interface Asking {
  /** its target is the process that answers */
  world: World
  done: Done
  known: ReadonlySet<string>
  reads: Place[]
  writes: Place[]
  prefixes: readonly string[]
  /** marks in what the owner has sent, each with where */
  marks: Canaries
  /** the second user's ways to each read */
  ways: Way[][]
  byOwner: Reader
  byOther: Reader
  found: Evidence[]
  /** how many requests were sent */
  sent(): number
  /** @param address the client address for all of them; default: one each */
  ask(by: Reader, ways: readonly Way[], address?: string): Promise<(Answer | null)[]>
  /** gives each way a mark of its own, so that a finding names the request that has left it */
  marked(ways: (mark: string) => Way[]): Way[]
}

/** A text that nothing in the app has. */
const ABSENT = 'absent'

async function askingOf(world: World, done: Done, known: ReadonlySet<string>): Promise<Asking> {
  const { gate, owner, other } = world
  const places = placesOf(world, done, known)
  const reads = places.filter(({ exchange }) => exchange.method === 'GET')
  const read = new Set(reads.map(({ exchange }) => pathOf(exchange)))
  const written = new Map(places.map((one) => [pathOf(one.exchange), one]))
  const writtenOnly = [...written].flatMap(([path, one]) => (read.has(path) ? [] : [one]))
  const marks: Canaries = new Map()
  const found: Evidence[] = []
  let sent = 0
  return {
    ...{ world, done, known, reads, marks, found },
    writes: places.filter(({ exchange }) => exchange.method !== 'GET'),
    prefixes: prefixesOf(places.map(({ exchange }) => exchange.path)),
    ways: [
      ...reads.map((one) => readOf(one, one.own)(ABSENT)),
      ...writtenOnly.map(({ own }) => verbsOf(own)),
    ],
    byOwner: { as: owner, secrets: await world.secretsOf(other), sent: new Map() },
    byOther: { as: other, secrets: await world.secretsOf(owner), sent: marks },
    sent: () => sent,
    async ask(by, ways, address) {
      sent += ways.length
      const answers: (Answer | null)[] = []
      for (let at = 0; at < ways.length && !gate.signal.aborted; at += AT_A_TIME) {
        const some = ways.slice(at, at + AT_A_TIME)
        for (const { answer, problems } of await Promise.all(
          some.map((way) => seenIn(world.target, by, way, address)),
        )) {
          answers.push(answer)
          found.push(...problems)
        }
      }
      return answers
    },
    marked: (ways) =>
      ways('').map((_, at) => {
        const mark = newMark()
        const way = ways(mark)[at]!
        marks.set(mark, `${way.method} ${way.path.split('?')[0]!.replace(mark, '…')}`)
        return { ...way, headers: { ...way.headers, 'user-agent': mark } }
      }),
  }
}

/** The declared path of a request. */
const pathOf = ({ route, path }: Exchange) =>
  route ? route.slice(route.indexOf(' ') + 1) : path.split('?')[0]!

const readOf =
  (one: Place, exchange = one.exchange) =>
  (text: string) =>
    waysToRead(exchange, one.names, text, one.declared, one.cookies)
const failOf =
  (one: Place, exchange = one.exchange) =>
  (text: string) =>
    waysToFail(exchange, text)

/** A deletion of a row that does not exist. */
const aboutNone = (one: Exchange) => (text: string) =>
  waysToFail(one, text).filter(({ how }) => how.startsWith('about a row'))

/** The owner asks in every way that may leave something in the process. */
async function leave({ world, done, reads, writes, prefixes, marks, byOwner, ask, marked }: Asking) {
  await ask(
    byOwner,
    reads.flatMap((one) => marked(readOf(one)).filter(({ how }) => LEAVES.test(how))),
  )
  await takeTime(reads, (ways) => ask(byOwner, marked(ways)))
  await ask(
    byOwner,
    [...writes.map((one) => failOf(one)), ...done.deleted.map(aboutNone)].flatMap((one) => marked(one)),
  )
  for (const one of done.written) if (!world.gate.signal.aborted) await writeAgain(world, one, marks)
  await ask(
    byOwner,
    marked((mark) => waysToNowhere(prefixes, mark)),
  )
}

/** By how much the app's clock goes on while it reads. Milliseconds. */
const SLOW_MS = 5_000

/** Lets each read last seconds, by the app's clock, which another request sets meanwhile: what is slow may be noted. */
async function takeTime(
  reads: readonly Place[],
  ask: (ways: (mark: string) => Way[]) => Promise<unknown>,
): Promise<void> {
  const at = (exchange: Exchange, now: number, fields = {}): Way => ({
    ...onceMore(exchange, fields),
    headers: { accept: '*/*', [CLOCK_HEADER]: String(now) },
  })
  let now = EPOCH
  for (const { exchange } of reads) {
    const begun = ask((mark) => [at(exchange, now, { q: mark })])
    now += SLOW_MS
    await Promise.all([begun, ask(() => [at(exchange, now)])])
  }
  if (reads[0]) await ask(() => [at(reads[0]!.exchange, EPOCH)])
}

/**
 * The second user and an anonymous client ask in every way, one after the other: none must hide what the owner has left. Then
 * the second user writes.
 *
 * @param before what the owner does before a write, by its number
 */
async function lookFor(
  asking: Asking,
  restore: () => Promise<unknown>,
  before: (at: number) => Promise<unknown> = async () => {},
): Promise<OtherAnswer[]> {
  const { world, ways, prefixes, byOther } = asking
  const told: OtherAnswer[] = []
  // One at a time: requests that are served at once may get in each other's way, and each time in another.
  const ask = async (by: Reader, all: readonly Way[]) => {
    for (const way of all) {
      const [answer = null] = await asking.ask(by, [way])
      told.push({ way, as: by.as, answer })
    }
  }
  const most = Math.max(0, ...ways.map((all) => all.length))
  const open = (way: Way) => /^by (?:HEAD|OPTIONS)|^without/.test(way.how)
  const nowhere = waysToNowhere(prefixes, ABSENT)
  for (let at = 0; at < most; at++)
    await ask(
      byOther,
      ways.flatMap((all) => all.slice(at, at + 1)),
    )
  await ask(byOther, nowhere)
  await ask({ ...byOther, as: anonymous() }, [...ways.flatMap((all) => all.filter(open)), ...nowhere])
  for (const [at, way] of writesOf(asking).entries()) {
    if (world.gate.signal.aborted) break
    await restore()
    await before(at)
    await ask(byOther, [way])
  }
  return told
}

/** The owner writes and reads: a process that keeps what came last has it from the owner. */
async function againByOwner({ world, done, marks, byOwner, ask, marked }: Asking, at: number): Promise<void> {
  const { written, gets } = done
  const wrote = written[at % Math.max(written.length, 1)]
  if (wrote) await writeAgain(world, wrote, marks)
  await ask(
    byOwner,
    marked((mark) => gets.map((get) => onceMore(get, { q: mark }))),
  )
}

/** The second user's own writes and deletions, and writes that the app should refuse. */
function writesOf({ world, done, known, writes }: Asking): Way[] {
  const way = (one: Asked): Way => ({ ...one, how: 'as a write of their own', headers: { accept: '*/*' } })
  const written = done.written.map(({ asked, put }) => {
    const own = ownRequest(world, asked, known)
    return way(put ? { ...own, request: put(own.request, newMark()) } : own)
  })
  const failing = writes.flatMap((one) => failOf(one, one.own)(ABSENT))
  const deleted = done.deleted.map((one) => ({ ...one, ...ownRequest(world, one, known) }))
  return [...written, ...deleted.map(way), ...failing, ...deleted.flatMap((one) => aboutNone(one)(ABSENT))]
}

/** Both in turns: what the second user does may replace what the owner has left, and the other way round. */
async function inTurns({ world, done, known, reads, writes, ways, prefixes, marks, ...by }: Asking) {
  const { byOwner, byOther, ask, marked } = by
  const { signal } = world.gate
  const turns = async (all: readonly Way[], owners: (way: Way) => readonly Way[]) => {
    for (const way of all) {
      // Behind one router both have one address.
      const address = nextAddress()
      await ask(byOwner, owners(way), address)
      await ask(byOther, [way], address)
    }
  }
  const seeking = (one: Place) => marked(readOf(one)).filter(({ how }) => how.endsWith('=…'))
  const before = (one: Place, way: Way): Way[] => [
    ...marked(() => [onceMore(one.exchange)]),
    // What the owner looked for last may be shown to a client that looks for nothing.
    ...(way.how === BARE ? seeking(one) : []),
  ]
  for (let at = 0; at < reads.length && !signal.aborted; at += AT_A_TIME)
    await Promise.all(
      reads.slice(at, at + AT_A_TIME).map((one, n) =>
        turns(
          ways[at + n]!.filter(({ how }) => LEAVES.test(how)),
          (way) => before(one, way),
        ),
      ),
    )
  const nowhere = (mark: string) => waysToNowhere(prefixes, mark)
  await ask(byOwner, reads.flatMap(seeking))
  for (const way of nowhere(ABSENT))
    await turns([way], () => [
      ...marked(nowhere)
        .filter(({ how }) => how === way.how)
        .slice(0, 1),
      // A page for unknown paths may lead back to the last one that was found.
      ...reads.slice(0, 1).flatMap(seeking),
    ])
  for (const one of writes) {
    if (signal.aborted) break
    const again = done.written.filter(({ asked: { route } }) => route === one.exchange.route)
    for (const each of again) await writeAgain(world, each, marks)
    await ask(byOther, [...unread(again, world, known), ...failOf(one, one.own)(ABSENT)])
  }
}

/** The way in which an answer was requested, at the beginning of a report. */
const HOW = /^requested .*?: (?=what|id|a row|\S+ of)/

function placesOf(
  world: World,
  { gets, written, names, routes, cookies }: Done,
  known: ReadonlySet<string>,
): Place[] {
  const all = new Map<string, Exchange>()
  const add = (one: Exchange) => {
    const name = operationOf(one) ?? `${one.method} ${one.path.split('?')[0]}`
    if (!all.has(name)) all.set(name, one)
  }
  for (const get of gets) add(get)
  for (const { asked } of written) add({ ...asked, response: { status: 0, contentType: null, body: '' } })
  return [...all.values()].map((exchange) => {
    const route = exchange.route ?? ''
    const path = route.slice(route.indexOf(' ') + 1)
    const declared = routes.filter((one) => one.path === path).map(({ method }) => method)
    return {
      exchange,
      own: { ...exchange, ...ownRequest(world, exchange, known) },
      names: names.get(route) ?? { query: [], body: [], headers: [] },
      declared: new Set([exchange.method, ...declared]),
      cookies,
    }
  })
}

/** Sends a write of the owner with another mark. */
async function writeAgain(world: World, { asked, put }: Written, marks: Canaries): Promise<void> {
  if (!put) return
  const mark = newMark()
  const again = { ...asked, request: put(asked.request, mark), headers: { 'user-agent': mark } }
  await world.target.ask(asked.method, asked.path, asVisitor(again, world.owner))
  if (!(await isReadByAll(world, mark))) marks.set(mark, asked.route)
}

/** Returns the operations that take no text, as the second user's: one may be a read that is sent by POST. */
function unread(written: readonly Written[], world: World, known: ReadonlySet<string>): Way[] {
  return written.filter(({ put }) => !put).map(({ asked }) => onceMore(ownRequest(world, asked, known)))
}
