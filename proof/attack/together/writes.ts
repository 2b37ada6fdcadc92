import { isAccepted } from '../../gate/accepted.js'
import { type Answer, isDone } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import type { Asked } from '../../gate/traffic/ids.js'
import { newMark } from '../fixture/canary.js'
import { afterAnswer, LONGEST_MS, rowsSettle } from '../fixture/kept-rows.js'
import { type Mark, markingOf } from '../fixture/marked-writes.js'
import { fixtureKeys } from '../fixture/rows.js'
import type { World } from '../fixture/world.js'
import { withMissingIds, withOwnIds } from '../payloads/swapped-ids.js'
import { burst, inTurn } from './burst.js'
import { type About, type Expected, wrongWrite } from './compared.js'
import {
  type Came,
  marksOf,
  OTHER_ROWS,
  rowsNow,
  type SentMarks,
  type StoredRows,
  storedLate,
  storedWrongly,
  storesNothing,
} from './stored.js'
import { secretsFrom, type UserRole, type UsersTogether } from './users.js'

const HOW = 'in one burst'
/** The maximum of requests of a route that are tried until one succeeds. */
const CANDIDATES = 4

export interface WrittenTogether {
  asked: number
  routes: number
  /** writes that the owner could not do alone */
  left: string[]
  /** with their marks; `silent`: nothing was stored soon after the answers */
  sent: (SentMarks & { silent: boolean })[]
  problems: Evidence[]
}

/** A write, as it was alone. */
interface Write {
  route: string
  asked: Asked
  mark: Mark | null
  /** its rows are stored after the answer */
  later: boolean
}

type Line = [role: UserRole, about: About, of?: UserRole]

/**
 * Sends each write as all users at once: on own rows, on those of others and on missing ones, in two orders,
 * on the same rows each time. Nothing may be stored for another user, and a write that is refused alone must
 * be refused among others.
 *
 * @param restore restores all rows
 */
export async function writeTogether(
  world: World,
  users: UsersTogether,
  writes: readonly Exchange[],
  restore: () => Promise<unknown>,
): Promise<WrittenTogether> {
  const { gate } = world
  const found: WrittenTogether = { asked: 0, routes: 0, left: [], sent: [], problems: [] }
  const isOver = () => gate.signal.aborted || (gate.proving && found.problems.length > 0)
  for (const [route, some] of byRoute(writes)) {
    if (isOver()) break
    const write = await firstDone(world, users, some, restore)
    if (!write) {
      found.left.push(route)
      continue
    }
    found.routes++
    for (const lines of await linesOf(world, write)) {
      if (isOver()) break
      const aloneAgain = () => aloneFirst(world, users, write, lines, restore)
      let alone = await aloneAgain()
      for (const turn of [(all: Expected[]) => all, (all: Expected[]) => all.toReversed()]) {
        const send = () => sentTogether(world, users, write, turn(alone.all), alone.came)
        let sent = await send()
        if (mayBeOfEarlier(sent.wrong, found.sent)) {
          await rowsSettle(world, LONGEST_MS)
          await restore()
          alone = await aloneAgain()
          sent = await send()
        }
        const { answers, wrong } = sent
        const { came } = alone
        found.asked += answers.length
        const stored = [
          ...wrong.map((problem) => ({
            route: write.route,
            ...problem,
            what: `${HOW}: ${problem.what}`,
          })),
          ...(await storedLate(world, users, found.sent)),
        ]
        await restore()
        for (const [at, answer] of answers.entries())
          found.problems.push(...(await wrongAmong(world, turn(alone.all), { at, answer, came, restore })))
        found.problems.push(...stored)
      }
      const { came } = alone
      if (write.mark) found.sent.push({ route: write.route, marks: came.marks, silent: storesNothing(came) })
    }
  }
  return found
}

/** Sends a burst, and returns the answers, and what it has stored wrongly. */
async function sentTogether(
  world: World,
  users: UsersTogether,
  { later }: Write,
  all: readonly Expected[],
  came: Came,
): Promise<{ answers: (Answer | Error)[]; wrong: Evidence[] }> {
  const answers = await burst(world.target, all)
  if (later) await rowsSettle(world)
  return { answers, wrong: await storedWrongly(world, users, came) }
}

/** Whether rows may be of an earlier write that had stored none soon after its answer. */
const mayBeOfEarlier = (wrong: readonly Evidence[], earlier: WrittenTogether['sent']) =>
  wrong.length > 0 && wrong.every(({ what }) => OTHER_ROWS.test(what)) && earlier.some(({ silent }) => silent)

/**
 * Reports what is wrong with one answer of a burst. A user's other writes may change what this one is answered, as where the
 * client chooses the key and a retry gets the row of before, or where the user reaches a limit of the app. A problem that
 * also occurs without the other users does not count.
 */
async function wrongAmong(
  { target }: World,
  all: readonly Expected[],
  of: { at: number; answer: Answer | Error; came: Came; restore: () => Promise<unknown> },
): Promise<Evidence[]> {
  const { at, answer, came, restore } = of
  const expected = all[at]!
  const found = wrongWrite(answer, expected, HOW, came.races)
  const others = all.filter((one) => one !== expected && one.as === expected.as)
  const isRefused = !(answer instanceof Error) && answer.status >= 400 && answer.status < 500
  if (!found.length || !(others.length || isRefused)) return found
  const alone = (await inTurn(target, [...others, expected])).at(-1)!
  await restore()
  return wrongWrite(answer, { ...expected, alone }, HOW, came.races)
}

/** Waits for the rows of writes that have stored nothing yet, and reports those that are another user's. */
export async function lateRows(
  world: World,
  users: UsersTogether,
  sent: WrittenTogether['sent'],
): Promise<Evidence[]> {
  if (!sent.some(({ silent }) => silent)) return []
  await rowsSettle(world, LONGEST_MS)
  return storedLate(world, users, sent)
}

function byRoute(writes: readonly Exchange[]): Map<string, Exchange[]> {
  const found = new Map<string, Exchange[]>()
  for (const one of writes) found.set(routeOf(one), [...(found.get(routeOf(one)) ?? []), one])
  return found
}

const routeOf = ({ route, method, path }: Asked) => route ?? `${method} ${path.split('?')[0]}`

/** A recorded row may be gone, or not exist yet: returns the first request that succeeds. */
async function firstDone(
  world: World,
  users: UsersTogether,
  some: readonly Exchange[],
  restore: () => Promise<unknown>,
): Promise<Write | null> {
  for (const exchange of some.slice(0, CANDIDATES)) {
    const write = await learned(world, users, exchange, restore)
    if (write) return write
  }
  return null
}

/** Returns what the write does alone; null if it fails for the owner. */
async function learned(
  world: World,
  users: UsersTogether,
  asked: Asked,
  restore: () => Promise<unknown>,
): Promise<Write | null> {
  const { target, owner } = world
  await target.statements()
  const [answer] = await inTurn(target, [{ ...asked, as: owner }])
  const later = isDone(answer!) && (await afterAnswer(world))
  await restore()
  if (!isDone(answer!)) return null
  const mark = await markingOf(asked.request, newMark(), async (request) => {
    const [tried] = await inTurn(target, [{ ...asked, request, as: users.owner }])
    if (later) await rowsSettle(world)
    await restore()
    return isDone(tried!)
  })
  return { route: routeOf(asked), asked, mark, later }
}

/** Returns which users send which request together. */
async function linesOf(world: World, { asked }: Write): Promise<Line[][]> {
  const { gate, tables, owner, cloned, shared, mapping } = world
  const own: Line[] = [['owner', 'own'], ...(cloned ? ([['other', 'own']] as Line[]) : [])]
  const known = new Set((await fixtureKeys(gate.database, tables, owner.id)).keys())
  if (!withMissingIds(asked, shared.foreign(known), mapping.isOwner))
    return [
      [...own, ['third', 'own']],
      [...own, ['again', 'own']],
    ]
  return [
    [...own, ['third', 'foreign', 'owner'], ['other', 'missing']],
    [...own, ['again', 'own']],
    [
      ['owner', 'foreign', 'other'],
      ['other', 'foreign', 'owner'],
      ['third', 'foreign', 'owner'],
      ['owner', 'missing'],
      ['other', 'missing'],
    ],
  ]
}

/** Sends each request alone, on the original rows, and returns the result of all of them. */
async function aloneFirst(
  world: World,
  users: UsersTogether,
  { route, asked, mark, later }: Write,
  lines: readonly Line[],
  restore: () => Promise<unknown>,
): Promise<{ all: Expected[]; came: Came }> {
  const { gate, target, tables, owner, shared, mapping } = world
  const known = new Set((await fixtureKeys(gate.database, tables, owner.id)).keys())
  const secrets = await secretsFrom(world)
  const theirs = withOwnIds(asked, shared.own(known), mapping)?.request ?? asked
  const absent = withMissingIds(asked, shared.foreign(known), mapping.isOwner)?.request ?? asked
  const marks = marksOf()
  const before = await rowsNow(world, users)
  const all: Expected[] = []
  const grown: StoredRows[] = []
  for (const [role, about, of] of lines) {
    const whose = of ?? (role === 'again' ? 'owner' : role)
    const plain = about === 'missing' ? absent : whose === 'other' ? theirs : asked
    const request = mark ? mark(plain.request, marks[role]) : plain.request
    const sent = { ...plain, request, as: users[role] }
    const [alone] = await inTurn(target, [sent])
    if (later) await rowsSettle(world)
    grown.push(await rowsNow(world, users))
    await restore()
    const named = new Set(about === 'foreign' ? [...known, ...[...known].map((id) => mapping.of(id))] : [])
    const written = new Map(
      Object.entries(marks).flatMap(([by, own]) =>
        users[by as UserRole].id === users[role].id ? [] : [[own, users[by as UserRole].name] as const],
      ),
    )
    all.push({
      ...sent,
      url: target.url,
      route,
      about,
      ...(of && { of: users[of] }),
      alone: alone!,
      volatile: ['$'],
      secrets: secrets[role],
      named,
      written,
    })
  }
  // Two sessions of one user may conflict. How they do is the app's own decision.
  const races = lines.some(([role]) => role === 'again')
  const accepted = all.some(({ alone }) => isAccepted(alone))
  return { all, came: { marks, before, grown, races, accepted } }
}
