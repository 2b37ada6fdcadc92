import type { Answer } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { NamesRead, Route } from '../../gate/gate.js'
import { operationOf } from '../../gate/operation.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { type Canaries, newMark } from '../fixture/canary.js'
import type { World } from '../fixture/world.js'
import { asVisitor, type Reader, seenIn } from './seen.js'
import { ownRequest } from './values.js'
import { prefixesOf, verbsOf, type Way, waysToFail, waysToRead } from './ways.js'
import { isReadByAll, type Written } from './writes.js'

/** How many requests are sent at a time. */
export const AT_A_TIME = 6

/** What the owner does in an app. */
export interface Done {
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

export interface AskedPlace {
  /** the owner's request */
  exchange: Exchange
  /** the second user's, about copies of the same rows */
  own: Exchange
  names: NamesRead
  /** the methods that the app declares for its path */
  declared: ReadonlySet<string>
  cookies: readonly string[]
}

export interface AskingBoth {
  /** its target is the process that answers */
  world: World
  done: Done
  known: ReadonlySet<string>
  reads: AskedPlace[]
  writes: AskedPlace[]
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
export const ABSENT = 'absent'

export async function askingOf(world: World, done: Done, known: ReadonlySet<string>): Promise<AskingBoth> {
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

export const readOf =
  (one: AskedPlace, exchange = one.exchange) =>
  (text: string) =>
    waysToRead(exchange, one.names, text, one.declared, one.cookies)
export const failOf =
  (one: AskedPlace, exchange = one.exchange) =>
  (text: string) =>
    waysToFail(exchange, text)

/** A deletion of a row that does not exist. */
export const aboutNone = (one: Exchange) => (text: string) =>
  waysToFail(one, text).filter(({ how }) => how.startsWith('about a row'))

function placesOf(
  world: World,
  { gets, written, names, routes, cookies }: Done,
  known: ReadonlySet<string>,
): AskedPlace[] {
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

/** Sends a write of the owner with another mark. Null: it takes none. */
export async function writeAgain(
  world: World,
  { asked, put }: Written,
  marks: Canaries,
): Promise<Answer | null> {
  if (!put) return null
  const mark = newMark()
  const again = { ...asked, request: put(asked.request, mark), headers: { 'user-agent': mark } }
  const answer = await world.target.ask(asked.method, asked.path, asVisitor(again, world.owner))
  if (!(await isReadByAll(world, mark))) marks.set(mark, asked.route)
  return answer
}
