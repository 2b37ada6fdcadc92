import { isOwned } from '../../../src/config/config.js'
import { quotedTable } from '../../../src/database/quoted.js'
import { type Answer, curl, isDone } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Route, Target } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import type { Asked } from '../../gate/traffic/ids.js'
import { leaks, newMark } from '../fixture/canary.js'
import { afterAnswer, rowsSettle } from '../fixture/kept-rows.js'
import { isPlain, type Mark, markingOf, withLines } from '../fixture/marked-writes.js'
import type { World } from '../fixture/world.js'
import { unlikeMade } from '../oracle/alike.js'
import { madeByNames } from '../synthesised/by-names.js'
import { plainName } from '../synthesised/corpus.js'
import { inTurn } from '../together/burst.js'
import { isLimited } from '../together/compared.js'
import { type Remembering, servedAlone } from './own-requests.js'
import { isUnique, ownRequest } from './values.js'
import { excerpt, type WatchedReads } from './watched-reads.js'

export interface Written {
  problems: Evidence[]
  /** the owner's request */
  asked: Asked & { route: string }
  put: Mark | null
  /** a mark in what the owner has sent */
  mark: string
  /** the mark is in a row that all users read */
  isPublic: boolean
  /** the texts with that mark, by the name of their member */
  values: [name: string, value: string][]
  /** it stores rows after its answer */
  isLate: boolean
  /** restores the rows, including those that are stored after the answer */
  undo: () => Promise<void>
}

/**
 * Sends a write as the owner, with a mark in it, and reads every route as the second user, who must see
 * nothing of it. Null: the owner's write fails.
 *
 * @param restore restores the rows
 */
export async function readBack(
  world: World,
  exchange: Exchange,
  reads: WatchedReads,
  restore: () => Promise<unknown>,
): Promise<Written | null> {
  const { target, owner } = world
  const route = exchange.route ?? `${exchange.method} ${exchange.path}`
  const done = async (asked: Asked) => {
    const [answer] = await inTurn(target, [{ ...asked, as: owner }])
    return isDone(answer!)
  }
  await target.statements()
  const isGood = await done(exchange)
  const isLate = isGood && (await afterAnswer(world))
  const undo = async () => {
    if (isLate) await rowsSettle(world)
    await restore()
  }
  await restore()
  if (!isGood) return null
  const put = await markingOf(exchange.request, newMark(), async (request) => {
    const isMarked = await done({ ...exchange, request })
    await undo()
    return isMarked
  })
  const mark = newMark()
  const request = put ? put(exchange.request, mark) : exchange.request
  const address = nextAddress()
  await inTurn(target, [{ ...exchange, request, as: owner }], address)
  const isOpen = await isReadByAll(world, mark)
  const problems = await reads.after(`the owner wrote by ${route}`, mark, isOpen, address)
  await undo()
  const values = valuesIn(request, mark)
  return { problems, asked: { ...exchange, route }, put, mark, isPublic: isOpen, values, isLate, undo }
}

/**
 * Reports writes that the app refuses to the owner here, and does in a process that has served the owner alone: something that
 * the second user did prevents them.
 *
 * @param failed recorded writes that fail
 * @param left routes for which no write was found here
 */
export async function refusedSince(
  world: Remembering,
  failed: readonly Exchange[],
  left: readonly Route[],
  recorded: readonly Exchange[],
  restore: () => Promise<unknown>,
): Promise<Evidence[]> {
  if (failed.length + left.length === 0) return []
  const { gate, target, owner } = world
  // The owner's own requests may have reached a limit that the app sets for each user.
  const { alone } = await servedAlone(world, world.sentBy(owner), restore)
  const all = [...failed]
  for await (const { exchange } of madeByNames({ ...world, target: alone }, left, recorded, restore))
    all.push(exchange)
  const found: Evidence[] = []
  const answerOf = async (by: Target, one: Exchange) => {
    const [answer] = await inTurn(by, [{ ...one, as: owner }])
    await restore()
    return answer!
  }
  for (const one of all) {
    if (gate.signal.aborted) break
    const [here, there] = [await answerOf(target, one), await answerOf(alone, one)]
    if (isRefused(here) && isDone(there)) found.push(inTheWay(world, one, here, there))
  }
  await alone.stop()
  return found
}

/** Whether the app itself refuses a request: a limit says nothing of other users. */
export const isRefused = (answer: Answer) => !isDone(answer) && !isLimited(answer)

/**
 * Reports a write of the owner that something of the second user prevents.
 *
 * @param here the answer where the second user has sent requests
 * @param there the answer where the owner is the only user
 */
export const inTheWay = (
  { target, owner }: World,
  { method, path, route, request }: Asked & Pick<Exchange, 'route'>,
  here: Answer,
  there: Answer,
): Evidence => ({
  route: route!,
  what: 'what the other did before keeps the owner from a write',
  expected: `${there.status} ${there.body.slice(0, 200)}`,
  got: `${here.status} ${here.body.slice(0, 200)}`,
  curl: curl(target.url, method, path, { as: owner, body: request.body ?? undefined }),
})

/**
 * The number of writes that the owner repeats with another mark, to get texts that no other user has sent.
 */
const FRESH = 3

/** Returns texts that only the owner has just sent, those of a member with the given name first. */
export async function freshTexts(
  { target, owner }: World,
  writes: readonly Written[],
  name: string,
): Promise<string[]> {
  const isNamed = ({ values }: Written) => values.some(([one]) => plainName(one) === plainName(name))
  const some = writes.filter(({ put }) => put !== null)
  const first = [...some.filter(isNamed), ...some.filter((one) => !isNamed(one))].slice(0, FRESH)
  const found: string[] = []
  for (const { asked, put, undo } of first) {
    const mark = newMark()
    const request = put!(asked.request, mark)
    await inTurn(target, [{ ...asked, request, as: owner }])
    await undo()
    found.push(...valuesIn(request, mark).map(([, value]) => value))
  }
  return found
}

/**
 * Sends a write as the second user: a POST may answer with what is kept in the process, and so with what the owner has
 * written before.
 *
 * @param written every write of the owner
 */
export async function answered(
  world: World,
  one: Written,
  written: readonly Written[],
  known: ReadonlySet<string>,
): Promise<Evidence[]> {
  const { target, other } = world
  const own = ownRequest(world, one.asked, known)
  const request = one.put ? one.put(own.request, newMark()) : own.request
  const [answer] = await inTurn(target, [{ ...own, request, as: other }])
  await one.undo()
  const marks = new Map(
    written.filter(({ isPublic: open }) => !open).map(({ mark, asked }) => [mark, asked.route]),
  )
  const { method, path } = own
  return leaks(answer!, marks)
    .slice(0, 1)
    .map(({ mark, text, place }) => ({
      route: one.asked.route,
      what: `what the owner wrote by ${place} is shown to the other`,
      leaked: excerpt({ mark, text }),
      curl: curl(target.url, method, path, { as: other, body: request.body ?? undefined }),
    }))
}

/**
 * Compares a write that repeats a text of the owner with one that repeats no user's: the answers must be
 * alike.
 */
export async function repeated(
  world: World,
  written: Written,
  known: ReadonlySet<string>,
): Promise<Evidence[]> {
  const { target, other } = world
  const { asked, put, mark, undo } = written
  if (!put) return []
  const own = ownRequest(world, asked, known)
  const send = async (text: string): Promise<Answer> => {
    const [answer] = await inTurn(target, [{ ...own, request: put(own.request, text), as: other }])
    await undo()
    return answer!
  }
  const repeats = await send(mark)
  const fresh = await send(newMark())
  const differs = unlikeMade(withoutMarks(repeats), withoutMarks(fresh))
  if (!differs || [repeats, fresh].some(({ status }) => status === 429)) return []
  // A difference between two new texts shows nothing.
  if (unlikeMade(withoutMarks(await send(newMark())), withoutMarks(fresh))) return []
  for (const [, value] of valuesIn(put(own.request, mark), mark)) if (await isUnique(world, value)) return []
  const { method, path } = own
  const line = curl(target.url, method, path, { as: other, body: put(own.request, mark).body ?? undefined })
  const what = 'a text that the owner has sent is answered unlike one that no user has'
  return [{ route: asked.route, what, curl: line, ...differs }]
}

const withoutMarks = (answer: Answer): Answer => {
  const body = answer.body.replace(/cnry[a-z]+/g, '')
  return { ...answer, body, json: parsed(body) }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** Returns whether a mark is in a row that all users read. */
export async function isReadByAll({ gate }: World, mark: string): Promise<boolean> {
  for (const [name, table] of Object.entries(gate.config.tables)) {
    if (isOwned(table) && table.access !== 'readable') continue
    const rows = await gate.database.sql(
      `select from ${quotedTable(name)} t where position($1 in t::text) > 0 limit 1`,
      [mark],
    )
    if (rows.length) return true
  }
  return false
}

function valuesIn({ contentType, body }: Asked['request'], mark: string): [string, string][] {
  const found: [string, string][] = []
  const take = (name: string, value: unknown) => {
    if (typeof value === 'string' && value.includes(mark)) found.push([name, value])
    return value
  }
  if (body === null) return found
  if (/urlencoded/.test(contentType ?? ''))
    for (const [name, value] of new URLSearchParams(body)) take(name, value)
  else if (isPlain({ contentType, body }))
    withLines(body, (name, value) => {
      take(name, value)
      return value
    })
  else
    try {
      JSON.stringify(JSON.parse(body), take)
    } catch {
      // The body has no members.
    }
  return found
}
