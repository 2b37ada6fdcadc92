import type { Answer, Ask } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Member } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { idsIn } from '../../gate/traffic/ids-in-answers.js'
import { exclusionOf } from '../campaign/exclusions.js'
import { reachedTheApp } from '../campaign/foreign.js'
import { namedIn, withMark } from '../fixture/canary.js'
import { fixtureKeys, sharedKeys } from '../fixture/rows.js'
import type { World } from '../fixture/world.js'
import { revealed } from '../oracle/revealed.js'
import { withOwnIds } from '../payloads/swapped-ids.js'

/** The number of concurrent requests. */
const AT_ONCE = 16

export interface Concurrent {
  /** the number of answers, by 2xx, 4xx and 5xx */
  answered: Map<string, number>
  writes: number
  /** the maximum of the app's database connections seen at once, over all its pools */
  connections: number
  problems: Evidence[]
}

/**
 * Returns the operations that both users run in turn: the recorded requests to routes of the app that
 * succeeded, each once.
 */
export function operations({ gate }: World, day: readonly Exchange[]): Exchange[] {
  const why = exclusionOf(gate.config)
  const seen = new Set<string>()
  return day.filter(({ method, path, route, request, response }) => {
    const key = `${method} ${path} ${request.body}`
    // A form redirects the browser when it has succeeded.
    if (route === null || response.status >= 400 || seen.has(key)) return false
    seen.add(key)
    const space = route.indexOf(' ')
    const left = why(route.slice(0, space), route.slice(space + 1))
    // Pages that the server renders are in the configuration together with those of a client.
    return left === null || left.kind === 'open'
  })
}

/**
 * Runs `count` operations of both users concurrently, reads and writes as in the recording, each on the
 * user's own rows and with the user's own marks in what is written. No answer may contain anything of the
 * other user's, new rows included, and nothing may be stored for the wrong user.
 */
export async function concurrently(
  world: World,
  day: readonly Exchange[],
  count: number,
): Promise<Concurrent> {
  const { gate, owner, other, tables, target, mapping } = world
  const people = [owner, other]
  const known = new Set((await fixtureKeys(gate.database, tables, owner.id)).keys())
  // Before and after, because what was shown may be deleted by then.
  const open = new Set([
    ...(await openKeys(world)),
    ...(await sharedKeys(gate.database, gate.config, tables)),
  ])
  const secrets = { owner: await world.secretsOf(owner), other: await world.secretsOf(other) }
  const found: Concurrent = { answered: new Map(), writes: 0, connections: 0, problems: [] }
  /** the ids in the answers to each user */
  const shown = new Map<Member, Map<string, string>>(people.map((person) => [person, new Map()]))
  /** what each user has put under a key; that row may be deleted by the end, and the other user may have one under the same key */
  const put = new Map<Member, Set<string>>(people.map((person) => [person, new Set()]))

  const one = async (n: number) => {
    const person = people[n % 2]!
    // Seven shares no factor with the length of most recordings, so that the two users are always at
    // different requests.
    const exchange = day[(Math.floor(n / 2) * (person === owner ? 1 : 7)) % day.length]!
    const moved = person === other ? withOwnIds(exchange, world.shared.own(known), mapping)?.request : null
    const { method, path, request } = { ...exchange, ...moved }
    const how = marked(world, person, request, secrets[roleOf(world, person)].canaries)
    const answer = await target.ask(method, path, how).catch((error: Error) => error)
    if (answer instanceof Error) {
      const what = `among concurrent requests the ${person.name} gets no answer`
      found.problems.push({ what, route: exchange.route!, got: answer.message })
      return
    }
    if (!reachedTheApp(answer)) return
    const kind = `${Math.floor(answer.status / 100)}xx`
    found.answered.set(kind, (found.answered.get(kind) ?? 0) + 1)
    if (method !== 'GET' && answer.status < 400) {
      found.writes++
      for (const id of namedIn([{ ...exchange, path, request }]).sent) put.get(person)!.add(id)
    }
    if (n % 100 === 0) found.connections = Math.max(found.connections, await connections(world))
    for (const id of answer.status < 300 ? idsIn(answer.body) : [])
      shown.get(person)!.set(id, exchange.route!)
    const theirs = secrets[person === owner ? 'other' : 'owner']
    found.problems.push(...amongOthers(answer, theirs, exchange.route!))
  }
  if (!day.length) return found
  let next = 0
  const worker = async () => {
    while (next < count && !gate.signal.aborted && !(gate.proving && found.problems.length)) await one(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))

  // Both take numbers from one range, so the owner of a new id is known only now.
  for (const key of await openKeys(world)) open.add(key)
  for (const [person, ids] of put) for (const id of ids) shown.get(person)!.delete(id)
  found.problems.push(...(await foreignKeysShown(world, shown, open)), ...(await world.stored()))
  return found
}

/** Returns the keys of both users' rows that all users read. */
async function openKeys({ gate, tables, owner, other }: World): Promise<string[]> {
  const readable = tables.filter((table) => table.readable)
  const of = ({ id }: Member) => fixtureKeys(gate.database, readable, id)
  return (await Promise.all([owner, other].map(of))).flatMap((keys) => [...keys.keys()])
}

/**
 * Reports the keys of the other user's rows that a user was shown.
 *
 * @param shown by user: each id and the route that showed it
 * @param open keys of rows that both may read
 */
async function foreignKeysShown(
  { gate, tables, owner, other }: World,
  shown: ReadonlyMap<Member, ReadonlyMap<string, string>>,
  open: ReadonlySet<string>,
): Promise<Evidence[]> {
  const keysOf = ({ id }: Member) => fixtureKeys(gate.database, tables, id)
  const keys = { owner: await keysOf(owner), other: await keysOf(other) }
  return [owner, other].flatMap((person) => {
    const [own, theirs] = person === owner ? [keys.owner, keys.other] : [keys.other, keys.owner]
    const isTheirs = (id: string) => theirs.has(id) && !own.has(id) && !open.has(id)
    const what = `among concurrent requests the ${person.name} was shown a row of another user`
    return [...shown.get(person)!].flatMap(([id, route]) =>
      isTheirs(id) ? [{ what, route, table: theirs.get(id), column: 'its key', leaked: id }] : [],
    )
  })
}

/** Returns a request from a new client address, with a mark of the user in what it writes. */
function marked(
  { tables }: World,
  person: Member,
  request: Exchange['request'],
  canaries: Parameters<typeof withMark>[2],
): Ask {
  const headers: Record<string, string> = request.contentType ? { 'content-type': request.contentType } : {}
  const body = request.body === null ? undefined : withMark(request, tables, canaries)
  return { as: { ...person, address: nextAddress() }, headers, body }
}

function amongOthers(answer: Answer, secrets: Parameters<typeof revealed>[1], route: string): Evidence[] {
  return revealed(answer, secrets).map((problem) => ({
    route,
    ...problem,
    what: `among concurrent requests: ${problem.what}`,
  }))
}

function roleOf({ owner }: World, person: Member): 'owner' | 'other' {
  return person === owner ? 'owner' : 'other'
}

/**
 * Gives each table a range for its next ids. An id then identifies its table, even if both users insert rows
 * at the same time.
 */
export async function spreadIds({ gate: { database } }: World): Promise<void> {
  await database.sql(
    `select setval(format('%I.%I', schemaname, sequencename)::regclass, 10000000 * (1 + row_number() over ()))
     from pg_sequences where schemaname <> 'usertwo' and data_type in ('integer', 'bigint') and max_value > 2000000000`,
  )
}

async function connections({ gate: { database } }: World): Promise<number> {
  const [row] = await database.sql<{ count: number }>(
    `select count(*)::int from pg_stat_activity
     where datname = current_database() and application_name <> 'usertwo gate' and backend_type = 'client backend'`,
  )
  return row!.count
}
