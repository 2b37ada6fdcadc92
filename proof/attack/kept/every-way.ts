import { type Answer, curl } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import { distinctBy } from '../../gate/distinct.js'
import type { NamesRead, Route, Visitor } from '../../gate/gate.js'
import { operationOf } from '../../gate/operation.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { anonymous } from '../../gate/people/people.js'
import { ROUTE_HEADER } from '../../gate/preload/orders.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { type Canaries, leaks, newMark } from '../fixture/canary.js'
import { rowsSettle } from '../fixture/kept-rows.js'
import type { World } from '../fixture/world.js'
import { revealed, type Secrets } from '../oracle/revealed.js'
import { ownRequest } from './values.js'
import { excerpt } from './watched-reads.js'
import { BARE, type Way, waysToFail, waysToNowhere, waysToRead } from './ways.js'
import { isReadByAll, type Written } from './writes.js'

/** How long an answer may take, how many requests are sent at a time, and how many marks of one answer are reported. */
const [PATIENCE_MS, AT_A_TIME, MARKS] = [3_000, 6, 3]

/** The ways in which a read may leave something in the process, and those of them that choose an answer. */
const [LEAVES, CHOOSES] = [/^(?:with|as|about)/, /^(?:with|as)/]

/** What the owner does in an app. */
interface Done {
  /** reads, each route once */
  gets: readonly Exchange[]
  written: readonly Written[]
  /** what the app reads of each read, by route */
  names: ReadonlyMap<string, NamesRead>
  routes: readonly Route[]
}

interface Place {
  /** the owner's request */
  exchange: Exchange
  /** the second user's, about copies of the same rows */
  own: Exchange
  names: NamesRead
  /** the methods that the app declares for its path */
  declared: ReadonlySet<string>
}

/** A caller, and what must not be in an answer to them. */
interface Reader {
  as: Visitor
  secrets: Secrets
  /** marks in what the other user has sent, each with where */
  sent: Canaries
}

/**
 * Asks every address in every way in which the app may answer: other verbs, without its query and with other values,
 * each media type, wrong bodies, rows and paths that do not exist, a stream again. First the owner does so, with a mark in
 * everything that is sent, then the second user and an anonymous client. None of them may be shown anything of another user.
 *
 * @param known the owner's ids
 * @param restore restores the rows
 */
export async function askEveryWay(
  world: World,
  done: Done,
  known: ReadonlySet<string>,
  restore: () => Promise<unknown>,
): Promise<{ asked: number; problems: Evidence[] }> {
  const asking = await askingOf(world, done, known)
  const takeBack = async () => {
    if (done.written.some(({ isLate }) => isLate)) await rowsSettle(world)
    await restore()
  }
  await leave(asking)
  await takeBack()
  await lookFor(asking)
  await restore()
  await inTurns(asking)
  await takeBack()
  const problems = distinctBy(asking.found, ({ route, what }) => `${route} ${what.replace(HOW, '')}`)
  return { asked: asking.sent(), problems }
}

interface Asking {
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
  ask(by: Reader, ways: readonly Way[]): Promise<void>
  /** gives each way a mark of its own, so that a finding names the request that has left it */
  marked(ways: (mark: string) => Way[]): Way[]
}

/** A text that nothing in the app has. */
const ABSENT = 'absent'

async function askingOf(world: World, done: Done, known: ReadonlySet<string>): Promise<Asking> {
  const { gate, owner, other } = world
  const places = placesOf(world, done, known)
  const reads = places.filter(({ exchange }) => exchange.method === 'GET')
  const marks: Canaries = new Map()
  const found: Evidence[] = []
  let sent = 0
  return {
    ...{ world, done, known, reads, marks, found },
    writes: places.filter(({ exchange }) => exchange.method !== 'GET'),
    prefixes: prefixesOf(places),
    ways: reads.map((one) => readOf(one, one.own)(ABSENT)),
    byOwner: { as: owner, secrets: await world.secretsOf(other), sent: new Map() },
    byOther: { as: other, secrets: await world.secretsOf(owner), sent: marks },
    sent: () => sent,
    async ask(by, ways) {
      sent += ways.length
      for (let at = 0; at < ways.length && !gate.signal.aborted; at += AT_A_TIME) {
        const some = ways.slice(at, at + AT_A_TIME)
        found.push(...(await Promise.all(some.map((way) => shown(world, by, way)))).flat())
      }
    },
    marked: (ways) =>
      ways('').map((_, at) => {
        const mark = newMark()
        const way = ways(mark)[at]!
        marks.set(mark, `${way.method} ${way.path.split('?')[0]!.replace(mark, '…')}`)
        return way
      }),
  }
}

const readOf =
  (one: Place, exchange = one.exchange) =>
  (text: string) =>
    waysToRead(exchange, one.names, text, one.declared)
const failOf =
  (one: Place, exchange = one.exchange) =>
  (text: string) =>
    waysToFail(exchange, text)

/** The owner asks in every way that may leave something in the process. */
async function leave({ world, done, reads, writes, prefixes, marks, byOwner, ask, marked }: Asking) {
  await ask(
    byOwner,
    reads.flatMap((one) => marked(readOf(one)).filter(({ how }) => LEAVES.test(how))),
  )
  await ask(
    byOwner,
    writes.flatMap((one) => marked(failOf(one))),
  )
  for (const one of done.written) if (!world.gate.signal.aborted) await writeAgain(world, one, marks)
  await ask(
    byOwner,
    marked((mark) => waysToNowhere(prefixes, mark)),
  )
}

/** The second user and an anonymous client ask in every way, one after the other: none must hide what the owner has left. */
async function lookFor({ world, done, known, ways, prefixes, byOther, ask }: Asking) {
  const most = Math.max(0, ...ways.map((all) => all.length))
  const open = (way: Way) => /^by (?:HEAD|OPTIONS)|^without/.test(way.how)
  const nowhere = waysToNowhere(prefixes, ABSENT)
  for (let at = 0; at < most; at++)
    await ask(
      byOther,
      ways.flatMap((all) => all.slice(at, at + 1)),
    )
  await ask(byOther, [...unread(done.written, world, known), ...nowhere])
  await ask({ ...byOther, as: anonymous() }, [...ways.flatMap((all) => all.filter(open)), ...nowhere])
}

/** Both in turns: what the second user does may replace what the owner has left, and the other way round. */
async function inTurns({ world, done, known, reads, writes, ways, prefixes, marks, ...by }: Asking) {
  const { byOwner, byOther, ask, marked } = by
  const { signal } = world.gate
  const turns = async (all: readonly Way[], owners: (way: Way) => readonly Way[]) => {
    for (const way of all) {
      await ask(byOwner, owners(way))
      await ask(byOther, [way])
    }
  }
  const before = (one: Place, way: Way): Way[] => [
    { ...one.exchange, how: 'again', headers: { accept: '*/*' } },
    // What the owner looked for last may be shown to a client that looks for nothing.
    ...(way.how === BARE ? marked(readOf(one)).filter(({ how }) => how.endsWith('=…')) : []),
  ]
  for (let at = 0; at < reads.length && !signal.aborted; at += AT_A_TIME)
    await Promise.all(
      reads.slice(at, at + AT_A_TIME).map((one, n) =>
        turns(
          ways[at + n]!.filter(({ how }) => CHOOSES.test(how)),
          (way) => before(one, way),
        ),
      ),
    )
  const nowhere = (mark: string) => waysToNowhere(prefixes, mark)
  for (const way of nowhere(ABSENT))
    await turns([way], () =>
      marked(nowhere)
        .filter(({ how }) => how === way.how)
        .slice(0, 1),
    )
  for (const one of writes) {
    if (signal.aborted) break
    const again = done.written.filter(({ asked: { route } }) => route === one.exchange.route)
    for (const each of again) await writeAgain(world, each, marks)
    await ask(byOther, [...unread(again, world, known), ...failOf(one, one.own)(ABSENT)])
  }
}

/** The way in which an answer was requested, at the beginning of a report. */
const HOW = /^requested .*?: (?=what|id|a row|\S+ of)/

function placesOf(world: World, { gets, written, names, routes }: Done, known: ReadonlySet<string>): Place[] {
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
    }
  })
}

/** Returns the first segments of the paths: below each of them another function may answer unknown paths. */
function prefixesOf(places: readonly Place[]): string[] {
  const first = places.flatMap(({ exchange: { path } }) => {
    const parts = path.split('?')[0]!.split('/')
    return parts.length > 2 ? [`/${parts[1]}`] : []
  })
  return ['', ...new Set(first)]
}

/** Sends a write of the owner with another mark. */
async function writeAgain(world: World, { asked, put }: Written, marks: Canaries): Promise<void> {
  if (!put) return
  const mark = newMark()
  const { contentType, body } = put(asked.request, mark)
  await world.target.ask(asked.method, asked.path, {
    as: { ...world.owner, address: nextAddress() },
    headers: contentType ? { 'content-type': contentType } : {},
    body: body ?? undefined,
  })
  if (!(await isReadByAll(world, mark))) marks.set(mark, asked.route)
}

/** Returns the operations that take no text, as the second user's: one may be a read that is sent by POST. */
function unread(written: readonly Written[], world: World, known: ReadonlySet<string>): Way[] {
  return written
    .filter(({ put }) => !put)
    .map(({ asked }) => ({ ...ownRequest(world, asked, known), how: 'again', headers: { accept: '*/*' } }))
}

/** Returns what an answer to a caller shows of another user. */
async function shown(
  { target }: World,
  { as, secrets, sent }: Reader,
  { how, method, path, request, headers }: Way,
): Promise<Evidence[]> {
  const { contentType, body } = request
  const all = { ...headers, ...(contentType && { 'content-type': contentType }) }
  const by = { as: { ...as, address: nextAddress() }, headers: all, body: body ?? undefined }
  const answer = await target.ask(method, path, { ...by, timeout: PATIENCE_MS }).catch(() => null)
  if (!answer || answer.status === 429) return []
  const marks = leaks(answer, sent).slice(0, MARKS)
  const named = { has: (id: string) => path.includes(id) || (body?.includes(id) ?? false) }
  const found: Evidence[] = marks.length
    ? marks.map((leak) => ({
        what: `what the ${secrets.of.name} sent by ${leak.place} is shown to another user`,
        leaked: excerpt(leak),
      }))
    : revealed(answer, secrets, named).slice(0, 1)
  const line = curl(target.url, method, path, by)
  return found.map(({ what, ...more }) => ({
    ...more,
    what: `requested ${how}: ${what}`,
    route: answeredBy(answer, method),
    curl: line,
  }))
}

/** Returns the route that answered, as declared, or that none did. */
function answeredBy({ headers }: Answer, method: string): string {
  const route = headers[ROUTE_HEADER]
  return typeof route === 'string' ? route : `${method} * (no route)`
}
