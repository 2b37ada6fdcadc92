import { curl, isEventStream } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import { nextAddress } from '../../gate/people/addresses.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { withFields } from '../../gate/traffic/ids.js'
import { leaks, newMark } from '../fixture/canary.js'
import { fixtureKeys } from '../fixture/rows.js'
import type { World } from '../fixture/world.js'
import { withMissingIds, withOwnIds } from '../payloads/swapped-ids.js'
import { abandoned, burst, inTurn, pipelined } from './burst.js'
import { type About, type Expected, isLimited, movingIn, ofOthersIn, wrongIn } from './compared.js'
import { secretsFrom, type UserRole, type UsersTogether } from './users.js'

/** The maximum of requests of one route. */
const OF_A_ROUTE = 2

export interface ReadTogether {
  asked: number
  routes: { rows: number; lists: number }
  /** what was left out, and why */
  left: string[]
  problems: Evidence[]
}

/** How requests are sent, and what does it. */
type Way = [how: string, send: () => Promise<[Expected, Answered][]>]
type Line = [role: UserRole, about: About, of?: UserRole]

/** Requests of all users for one row: for some it is their own, for others another user's. */
const OF_A_ROW: Line[] = [
  ['owner', 'own'],
  ['other', 'foreign', 'owner'],
  ['other', 'own'],
  ['third', 'foreign', 'owner'],
  ['owner', 'foreign', 'other'],
  ['again', 'own'],
  ['third', 'foreign', 'other'],
  ['again', 'foreign', 'other'],
  ['other', 'missing'],
  ['owner', 'missing'],
]
const OF_A_LIST: Line[] = [
  ['owner', 'list'],
  ['other', 'list'],
  ['third', 'list'],
  ['again', 'list'],
  ['other', 'list'],
  ['owner', 'list'],
]

/**
 * Reads each route as all users at once: own, foreign and missing rows in bursts, in two orders, from one
 * client address and on one connection. Each user must get the same answer as alone.
 */
export async function readTogether(
  world: World,
  users: UsersTogether,
  gets: readonly Exchange[],
): Promise<ReadTogether> {
  const { gate, target } = world
  const found: ReadTogether = { asked: 0, routes: { rows: 0, lists: 0 }, left: [], problems: [] }
  const isOver = () => gate.signal.aborted || (gate.proving && found.problems.length > 0)
  const known = new Set((await fixtureKeys(gate.database, world.tables, world.owner.id)).keys())
  const tried = new Map<string, number>()
  const asked = { owner: new Set<string>(), other: new Set<string>(), third: new Set<string>() }
  for (const get of gets) {
    if (isOver()) break
    const { route } = get
    // Static files are the same for all users.
    if (route === null) continue
    const paths = pathsOf(world, get, known)
    const kind = `${route} ${paths === null}`
    const count = tried.get(kind) ?? 0
    if (count >= OF_A_ROUTE) continue
    const all = await aloneFirst(world, users, { ...get, route }, paths, asked)
    if (!all) continue
    tried.set(kind, count + 1)
    found.problems.push(...all.flatMap(shownAlone))
    found.routes[paths ? 'rows' : 'lists'] += count === 0 ? 1 : 0
    const back = all.toReversed()
    const ways: Way[] = [
      ['in one burst', async () => pairs(all, await burst(target, all))],
      ['in one burst', async () => pairs(back, await burst(target, back))],
      ['from one client address', () => fromOneAddress(world, all)],
      // A stream has no end, behind which the next answer would come.
      ...(all.some(({ alone }) => isEventStream(alone.headers))
        ? []
        : [
            ['on one connection', async () => pairs(all, await pipelined(target, all))] satisfies Way,
            ...GONE_MS.map(
              (ms): Way => ['while the client of another went away', () => oneGone(world, all, ms)],
            ),
          ]),
    ]
    for (const [how, send] of ways) {
      if (isOver()) break
      for (const [expected, answer] of await send()) {
        if (answer instanceof Error || !isLimited(answer)) found.asked++
        found.problems.push(...wrongIn(answer, expected, how))
      }
    }
    const sought = await seekTogether(world, users, { ...get, route })
    found.asked += sought.asked
    found.problems.push(...sought.problems)
  }
  return found
}

/** Reports what one user is shown of another's rows when no other request runs. */
function shownAlone(expected: Expected): Evidence[] {
  const { route, as, alone } = expected
  return ofOthersIn(alone, expected).map((problem) => ({
    route,
    ...problem,
    what: `alone: ${problem.what.replace('another user', as.name)}`,
  }))
}

type Answered = Parameters<typeof wrongIn>[0]

const pairs = (all: readonly Expected[], answers: readonly Answered[]) =>
  all.map((expected, at): [Expected, Answered] => [expected, answers[at]!])

/** After how long a client goes away: before its query, while it runs, and while its answer is worked on. Milliseconds. */
const GONE_MS = [4, 12, 30]

/** The owner's client goes away: its answer must not go to the client that asked next. */
async function oneGone(
  { target, owner }: World,
  all: readonly Expected[],
  ms: number,
): Promise<[Expected, Answered][]> {
  const gone = all.find(
    ({ as, about }) => as.name === owner.name && about !== 'missing' && about !== 'foreign',
  )
  const rest = all.filter(
    ({ as, about }) => as.name !== owner.name && about !== 'missing' && about !== 'foreign',
  )
  if (!gone || rest.length === 0) return []
  return pairs(rest, await abandoned(target, [gone, ...rest], ms))
}

/**
 * Reads a route as all users at once, each with a text of their own in its query: a handler that waits must not find another
 * user's in a variable.
 */
async function seekTogether(
  { target }: World,
  users: UsersTogether,
  get: Exchange & { route: string },
): Promise<Pick<ReadTogether, 'asked' | 'problems'>> {
  const [path = '', query = ''] = get.path.split('?')
  const isText = (value: string) => /[a-z]/i.test(value)
  if (![...new URLSearchParams(query).values()].some(isText)) return { asked: 0, problems: [] }
  const seeking = (['owner', 'other', 'third'] as const).map((role) => {
    const mark = newMark()
    const text = withFields(query, (_, value) => (isText(value) ? mark : value))
    return { as: users[role], mark, method: 'GET', path: `${path}?${text}`, request: get.request }
  })
  const problems: Evidence[] = []
  for (const all of [seeking, seeking.toReversed()])
    for (const [at, answer] of (await burst(target, all)).entries()) {
      const { as, mark } = all[at]!
      const others = new Map(
        all.flatMap((one) => (one.mark === mark ? [] : [[one.mark, one.as.name] as const])),
      )
      const [leak] = answer instanceof Error ? [] : leaks(answer, others)
      if (leak)
        problems.push({
          route: get.route,
          what: `in one burst: what ${leak.place} asked for is in the answer to ${as.name}`,
          leaked: leak.mark,
          curl: curl(target.url, 'GET', all[at]!.path, { as }),
        })
    }
  return { asked: seeking.length * 2, problems }
}

/** Users behind one router: a cache by client address would be shared by all of them. */
async function fromOneAddress({ target }: World, all: readonly Expected[]): Promise<[Expected, Answered][]> {
  const address = nextAddress()
  const atOnce = pairs(all, await burst(target, all, address))
  const seen = new Set<string>()
  const once = all.filter(({ as, path }) => !seen.has(`${as.name} ${path}`) && seen.add(`${as.name} ${path}`))
  return [...atOnce, ...pairs(once, await inTurn(target, once, address))]
}

/** Returns the path of each user's own row, and of a missing one; null if it names no row. */
function pathsOf(
  world: World,
  get: Exchange,
  known: ReadonlySet<string>,
): { owner: string; other: string; missing: string } | null {
  const { mapping, shared, cloned } = world
  const missing = withMissingIds(get, shared.own(known), mapping.isOwner)
  if (!missing) return null
  const own = cloned ? withOwnIds(get, shared.own(known), mapping) : null
  return { owner: get.path, other: own?.request.path ?? missing.request.path, missing: missing.request.path }
}

/** Returns what each user gets alone; null if not even the owner gets an answer. */
async function aloneFirst(
  world: World,
  users: UsersTogether,
  get: Exchange & { route: string },
  paths: ReturnType<typeof pathsOf>,
  asked: Record<Exclude<UserRole, 'again'>, Set<string>>,
): Promise<Expected[] | null> {
  const { target } = world
  const secrets = await secretsFrom(world)
  const known = new Map<string, Pick<Expected, 'alone' | 'volatile'>>()
  const all: Expected[] = []
  for (const [role, about, of] of paths ? OF_A_ROW : OF_A_LIST) {
    const whose = of ?? (role === 'again' ? 'owner' : role)
    const path = !paths ? get.path : about === 'missing' ? paths.missing : paths[whose as 'owner' | 'other']
    const sent = { as: users[role], method: 'GET', path, request: get.request }
    const user = role === 'again' ? 'owner' : role
    const key = `${user} ${path}`
    if (about === 'foreign') asked[user].add(path)
    let alone = known.get(key)
    if (!alone) {
      const [first, second] = await inTurn(target, [sent, sent])
      if (all.length === 0 && (first!.status >= 400 || isLimited(second!))) return null
      alone = { alone: second!, volatile: movingIn(first!, second!) }
      known.set(key, alone)
    }
    const named = new Set(about === 'foreign' && paths ? namesIn(path, paths) : [])
    all.push({
      ...sent,
      url: target.url,
      ...alone,
      route: get.route,
      about,
      ...(of && { of: users[of] }),
      secrets: secrets[role],
      asked: asked[user],
      named,
    })
  }
  return all
}

/** Returns the parts of a path that are ids, which an answer may repeat. */
const namesIn = (path: string, { missing }: { missing: string }) => {
  const parts = (one: string) => one.split(/[/?&=]/)
  const absent = new Set(parts(missing))
  return parts(path).filter((part) => !absent.has(part))
}
