import { quotedTable } from '../../../src/database/quoted.js'
import { WITHOUT_POLICIES, WITHOUT_QUERY_LAYER } from '../../attack/defects.js'
import { cloneRows } from '../../attack/fixture/clone.js'
import { identitiesOf, openIdMapping } from '../../attack/fixture/id-mapping.js'
import {
  type AttackedTable,
  changed,
  fingerprints,
  fixtureKeys,
  ownedTables,
  removeRows,
} from '../../attack/fixture/rows.js'
import { areByName, silentOn } from '../../attack/oracle/by-name.js'
import { readableRequests, reading, steady } from '../../attack/oracle/readings.js'
import { withOwnIds } from '../../attack/payloads/swapped-ids.js'
import { curl, isDone, isEventStream } from '../../gate/app/http.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'
import type { Gate, Member, Target } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { EPOCH } from '../../gate/templates.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { clockOf } from '../../gate/traffic/har.js'
import { send } from '../../gate/traffic/send.js'
import privateAnswers from './mutants/requests/private-answers.js'

const NO_ROWS: ReadonlySet<string> = new Set()

const OPEN = 'both layers off'
const COUNTING: Mutant[] = [
  {
    name: 'a header counts the writes of all users',
    names: 'answered differently after',
    by: { replace: [privateAnswers.counting] },
  },
  {
    name: 'a header counts what the owner writes',
    names: 'answered differently after',
    by: { replace: [privateAnswers.countingOwner] },
  },
]

export const noInterference: Check = {
  id: 'isolation.no-interference',
  title: 'Answers to one user, headers included, do not depend on another user’s rows',
  proves: ['T2'],
  fix: 'A count, a maximum or a "first row" is computed over the rows of all users, or over the owner’s: see the route.',
  timeout: 180_000,
  async run(gate) {
    const { owner, other, ranges } = await gate.people()
    // Every user's answers contain rows that all users may read.
    const owned = await ownedTables(gate.database, gate.config)
    const tables = owned.filter((table) => !table.readable)
    const target = await gate.app()
    const open = owned.filter((table) => table.readable)
    const all = await silentOn(gate, await readableRequests(gate, target, owner), owner, open)
    const { gets, moving, writing } = await steady(gate, all, owner, owned)
    const problems: Evidence[] = []
    // Each finding is reported once per user and route. The reads are compared all the same: a finding must
    // not hide a route that only a later change affects.
    const heard = new Set<string>()
    const unheard = ({ curl }: Evidence) => !heard.has(curl!) && heard.add(curl!)
    const told = async (before: Map<string, string>, asked: readonly Exchange[], by: Member, why: string) => {
      const whose = by === owner ? other : owner
      const after = await readingAfter(gate, owned, { gets, by }, { gets: asked, by: whose })
      problems.push(...otherwise(target, before, after, whose, why).filter(unheard))
    }

    // The second person has nothing, then some rows, then as many as the owner: of every table.
    const before = await steadyBoth(gate, gets, owner, () => readingNow(gate, owned, gets, owner))
    await ranges.take('other')
    const grown = await grow(gate, owned, other)
    await ranges.take('owner')
    await told(before, gets, other, 'another user has got more rows')
    const copied = await cloneRows(gate.database, tables, owner.id, other.id)
    if (copied) await told(before, gets, other, 'another user has got as many rows')

    // The other way round: the owner has more rows, then none.
    const known = new Set((await fixtureKeys(gate.database, tables, owner.id)).keys())
    const mapping = copied && openIdMapping(copied, identitiesOf(gate.config, owned, owner, other))
    const own = gets.map((get) => ({ ...get, ...(mapping && withOwnIds(get, known, mapping)?.request) }))
    const unnamed = gets.filter((get, at) => own[at]!.path === get.path)
    const isByName = await areByName(gate, unnamed, owner, tables)
    const theirs = await steady(gate, own, other, owned)
    const shown = await steadyBoth(gate, theirs.gets, other, () =>
      readingNow(gate, owned, theirs.gets, other),
    )
    await grow(gate, owned, owner)
    await told(shown, theirs.gets, owner, 'the owner has got more rows')
    await removeRows(gate.database, tables, owner.id)
    await told(shown, theirs.gets, owner, 'the owner has lost all rows')

    // If the second user got no more rows, nothing has been shown.
    const notes = [
      `${grown} requests of the second user inserted rows`,
      ...[...new Set([...moving, ...theirs.moving])].map(
        (path) => `not read, because its answer changes each time: GET ${path}`,
      ),
      ...[...new Set([...writing, ...theirs.writing])].map(
        (path) => `not read, because it changes rows of its reader: GET ${path}`,
      ),
    ]
    const exercised = grown > 0 || copied ? before.size + shown.size : 0
    return { exercised, unit: 'answers', problems, notes, ignored: await ignored(gate, isByName) }
  },
  mutants: [
    {
      name: OPEN,
      names: 'answered differently after',
      by: { replace: WITHOUT_QUERY_LAYER, sql: WITHOUT_POLICIES },
    },
    ...COUNTING,
  ],
}

/**
 * Reads once the server’s notes about the tables have followed their rows, as its autovacuum lets them some time later, and once
 * the app's timers have run: an answer may show what either of them has left.
 */
async function readingNow(
  gate: Gate,
  tables: readonly AttackedTable[],
  ...asked: [gets: readonly Exchange[], by: Member]
): Promise<Map<string, string>> {
  await gate.database.sql(`analyze ${tables.map(({ name }) => quotedTable(name)).join(', ')}`)
  await (await gate.app()).callTimers()
  return reading(gate, ...asked)
}

interface Readings {
  gets: readonly Exchange[]
  by: Member
}

/**
 * Reads as one user after the one whose rows have changed: if the app keeps an answer for the next caller, it is then that
 * user's. HEAD comes by itself, because an app may empty a cache at each method but GET.
 */
async function readingAfter(
  gate: Gate,
  tables: readonly AttackedTable[],
  first: Readings,
  then: Readings,
): Promise<Map<string, string>> {
  await readingNow(gate, tables, first.gets, first.by)
  const found = await reading(gate, then.gets, then.by)
  await reading(gate, first.gets, first.by)
  return new Map([...found, ...(await headsOf(gate, then, found))])
}

/**
 * Answers to HEAD, which an app may give with what the last GET has left.
 *
 * @param found the answers to GET: a stream has no end, which HEAD waits for
 */
async function headsOf(
  gate: Gate,
  { gets, by }: Readings,
  found: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const ends = gets.filter(({ path }) => !isEventStream(JSON.parse(found.get(path) ?? '{}').headers ?? {}))
  const heads = await reading(
    gate,
    ends.map((get) => ({ ...get, method: 'HEAD' })),
    by,
  )
  return new Map([...heads].map(([path, answer]) => [`HEAD ${path}`, answer]))
}

/** Reads by GET and HEAD twice, and returns what is alike: a GET that is, as is known by now, may have a HEAD that is not. */
async function steadyBoth(
  gate: Gate,
  gets: readonly Exchange[],
  by: Member,
  read: () => Promise<Map<string, string>>,
): Promise<Map<string, string>> {
  const both = async () => {
    const found = await read()
    return new Map([...found, ...(await headsOf(gate, { gets, by }, found))])
  }
  const first = await both()
  return new Map([...(await both())].filter(([path, answer]) => first.get(path) === answer))
}

/** Reports the requests whose answers differ before and after. */
function otherwise(
  target: Target,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  whose: Member,
  why: string,
): Evidence[] {
  const name = whose.name === 'other' ? 'second person' : whose.name
  return [...before].flatMap(([path, answer]) => {
    const now = after.get(path)
    if (now === undefined || now === answer) return []
    // Its headers follow from the body of the GET, which is reported.
    const get = path.replace(/^HEAD /, '')
    if (get !== path && before.get(get) !== after.get(get)) return []
    let at = 0
    while (answer[at] === now[at]) at++
    const near = (text: string) => text.slice(Math.max(0, at - 60), at + 140)
    const [method, address] = path.startsWith('HEAD ') ? ['HEAD', path.slice('HEAD '.length)] : ['GET', path]
    return [
      {
        what: `the ${name} is answered differently after ${why}`,
        route: `${method} ${address}`,
        expected: near(answer),
        got: near(now),
        curl: curl(target.url, method, address, { as: whose }),
      },
    ]
  })
}

/**
 * Names the mutants that prove nothing in this app. Without a successful POST in the recording no user sends
 * one here, and nothing is counted. If each read names its row or owner, other users' rows are in no answer,
 * even with the layers off.
 */
async function ignored(gate: Gate, isByName: boolean): Promise<Record<string, string>> {
  const isCounted = (await gate.traffic()).some(isPosted)
  const counting = isCounted
    ? []
    : COUNTING.map(({ name }) => [name, 'the recorded day has no POST that was done'])
  const open = isByName ? [[OPEN, 'each read of an owned table names the row or its owner']] : []
  return Object.fromEntries([...counting, ...open])
}

const isPosted = ({ method, response }: Exchange) => method === 'POST' && isDone(response)

/**
 * Sends three times, as one user, every request of the owner that names no row. A request that names the
 * owner is sent with the user's own address.
 */
async function grow(gate: Gate, tables: readonly AttackedTable[], person: Member): Promise<number> {
  const target = await gate.app()
  const { owner } = await gate.people()
  const selves = openIdMapping([], identitiesOf(gate.config, tables, owner, person))
  let grown = 0
  for (let round = 0; round < 3; round++)
    for (const exchange of (await gate.traffic()).filter(isPosted)) {
      const as = { ...person, address: nextAddress() }
      const before = await fingerprints(gate.database, tables, person.id)
      const own = withOwnIds(exchange, NO_ROWS, selves)?.request ?? exchange
      await send(target, own, clockOf(EPOCH, 0), as)
      // A form redirects the browser whether or not it succeeded.
      if (changed(before, await fingerprints(gate.database, tables, person.id)).length) grown++
    }
  return grown
}
