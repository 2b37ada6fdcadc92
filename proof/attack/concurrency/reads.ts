import type { Answer } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Member } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { lastLines } from '../../gate/run/last-lines.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { reachedTheApp } from '../campaign/foreign.js'
import { fixtureKeys } from '../fixture/rows.js'
import type { World } from '../fixture/world.js'
import { followsFromOwnReads, type Remembering } from '../kept/own-requests.js'
import { changingRows, nonDeterministic } from '../oracle/non-deterministic.js'
import { revealed, type Secrets } from '../oracle/revealed.js'
import { withOwnIds } from '../payloads/swapped-ids.js'

/** The maximum of routes of each kind: with or without an id, of data or of pages and other text. */
const ROUTES = 12
/** The number of concurrent requests, to the routes in turn, and to each of them alone. */
const [AT_ONCE, ROUNDS, TO_ONE] = [30, 5, 24]

/** A route that both users read, each with the key of a row of their own. */
export interface ConcurrentRead {
  route: string
  owner: string
  other: string
  /** what each user gets alone, and must get among others; null: it changes each time */
  alone: { owner: string; other: string } | null
}

export const isOfRow = ({ owner, other }: ConcurrentRead): boolean => owner !== other

/** Returns the paths that answer both users the same each time. */
export function plainPaths(reads: readonly ConcurrentRead[]): string[] {
  return reads.filter((read) => read.alone && !isOfRow(read)).map(({ owner }) => owner)
}

const ask = ({ target }: World, person: Member, path: string) =>
  target.ask('GET', path, { as: { ...person, address: nextAddress() } })

/** Returns the routes that both users can read, and how they answer each user alone. */
export async function readAlone(world: World, day: readonly Exchange[]): Promise<ConcurrentRead[]> {
  const { gate, owner, other, tables, mapping, cloned, shared } = world
  const known = new Set((await fixtureKeys(gate.database, tables, owner.id)).keys())
  const found: ConcurrentRead[] = []
  const kinds = new Map<string, number>()
  /** the page of a client is the same at many paths */
  const bodies = new Set<string>()
  for (const get of day) {
    const { method, path, route, response } = get
    const body = `${route} ${response.body}`
    if (method !== 'GET' || response.body.length <= 20 || bodies.has(body)) continue
    const theirs = (cloned && withOwnIds(get, shared.own(known), mapping)?.request.path) || path
    const isOfTheSame = (read: ConcurrentRead) =>
      (read.route === route && isOfRow(read)) || read.owner === path
    const kind = `${theirs !== path} ${/json/.test(response.contentType ?? '')}`
    const alike = kinds.get(kind) ?? 0
    if (found.some(isOfTheSame) || alike === ROUTES) continue
    const both = [await ask(world, owner, path), await ask(world, other, theirs)]
    // Only routes that both users can read are read concurrently.
    if (both.some(({ status }) => status !== 200)) continue
    found.push({ route: route ?? `GET ${path}`, owner: path, other: theirs, alone: null })
    kinds.set(kind, alike + 1)
    bodies.add(body)
  }
  const body = async (path: string) => (await ask(world, owner, path)).body
  const paths = found.map((read) => read.owner)
  const writing = await changingRows({ database: gate.database, tables, reader: owner }, paths, body)
  const moving = await nonDeterministic(
    paths.filter((path) => !writing.has(path)),
    body,
  )
  const settled: ConcurrentRead[] = []
  for (const read of found) {
    // Both users send it among the writes.
    if (writing.has(read.owner)) continue
    // An answer that changes each time is only searched for the other user's data.
    if (moving.has(read.owner)) settled.push(read)
    else
      settled.push({
        ...read,
        alone: {
          owner: (await ask(world, owner, read.owner)).body,
          other: (await ask(world, other, read.other)).body,
        },
      })
  }
  return settled
}

/**
 * Reads all routes in turn, and then each by itself: what a request leaves in the process meets the next
 * request to the same route.
 */
export async function readConcurrently(
  world: Remembering,
  reads: readonly ConcurrentRead[],
): Promise<{ asked: number; problems: Evidence[] }> {
  const { owner, other, gate } = world
  const secrets = { owner: await world.secretsOf(owner), other: await world.secretsOf(other) }
  const problems: Evidence[] = []
  const changed: Changed[] = []
  let asked = 0
  const one = async (read: ConcurrentRead, role: 'owner' | 'other') => {
    const answer = await ask(world, world[role], read[role]).catch((error: Error) => error)
    if (answer instanceof Error) {
      const got = `${answer.message}; it printed last: ${lastLines(world.target.output())}`
      problems.push({ what: `${role} gets no answer among concurrent requests`, route: read.route, got })
      return
    }
    // Too many concurrent requests may be refused in front of the app.
    if (!reachedTheApp(answer) || answer.status >= 500) return
    asked++
    const shown = shownIn(answer, read, secrets[role === 'owner' ? 'other' : 'owner'])
    problems.push(...shown)
    if (!shown.length) changed.push(...changedIn(answer, read, role))
  }
  const isOver = () => gate.signal.aborted || (gate.proving && problems.length > 0)
  const both = (read: ConcurrentRead, at: number) => one(read, at % 2 ? 'owner' : 'other')
  const still = reads.filter(({ alone }) => alone !== null)
  for (let round = 0; still.length && round < ROUNDS && !isOver(); round++)
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, at) =>
        both(still[(round * AT_ONCE + (at >> 1)) % still.length]!, at),
      ),
    )
  // Routes that count their readers come last, because others may show the count.
  for (const read of [...still, ...reads.filter(({ alone }) => alone === null)])
    if (!isOver()) await Promise.all(Array.from({ length: TO_ONE }, (_, at) => both(read, at)))
  if (!isOver()) problems.push(...(await notByOwnReads(world, changed)))
  return { asked, problems }
}

function shownIn(answer: Answer, { route }: ConcurrentRead, others: Secrets): Evidence[] {
  const of = (what: string) => ({ route, what: `among concurrent requests: ${what}` })
  return revealed(answer, others).map((problem) => ({ ...problem, ...of(problem.what) }))
}

/** An answer that a user did not get alone. */
interface Changed {
  read: ConcurrentRead
  role: 'owner' | 'other'
  problem: Evidence
}

function changedIn({ status, body }: Answer, read: ConcurrentRead, role: 'owner' | 'other'): Changed[] {
  const { route, alone } = read
  if (status === 200 && (alone === null || alone[role] === body)) return []
  const what = `${role} got another answer among concurrent requests than alone`
  return [{ read, role, problem: { what, route, got: `${status} ${body.slice(0, 200)}` } }]
}

/**
 * Returns the problems of those answers that another user's requests have changed. One that stays changed, and that the user's
 * own reads change too, shows nothing of others: an app may list what each user has opened.
 */
async function notByOwnReads(world: Remembering, changed: readonly Changed[]): Promise<Evidence[]> {
  const own = new Map<string, boolean>()
  const found: Evidence[] = []
  for (const { read, role, problem } of changed) {
    const key = `${role} ${read[role]}`
    if (!own.has(key)) own.set(key, await isByOwnReads(world, read, role))
    if (!own.get(key)) found.push(problem)
  }
  return found
}

async function isByOwnReads(
  world: Remembering,
  read: ConcurrentRead,
  role: 'owner' | 'other',
): Promise<boolean> {
  const { status, body } = await ask(world, world[role], read[role])
  if (status !== 200 || read.alone?.[role] === body) return false
  return followsFromOwnReads(world, world[role], read[role])
}
