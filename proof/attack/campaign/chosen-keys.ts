import { q, quotedTable } from '../../../src/database/quoted.js'
import { type Answer, curl, isDone } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { CLOCK_HEADER } from '../../gate/preload/orders.js'
import { EPOCH } from '../../gate/templates.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { clockOf } from '../../gate/traffic/har.js'
import { missing } from '../fixture/id-mapping.js'
import { changed, fingerprints, fixtureKeys } from '../fixture/rows.js'
import type { World } from '../fixture/world.js'
import { withMembers } from '../payloads/smuggling.js'
import { withOwnIds } from '../payloads/swapped-ids.js'

/** The number of keys that are tried with one write at most. */
const KEYS = 8

/** The next number of each sequence that has been used, by the sequence's oid. */
type NextKeys = ReadonlyMap<string, number>

export interface Chosen {
  attacks: number
  problems: Evidence[]
}

/** A write of the second user with a key in it. */
interface Attempt {
  key: string | number
  /** for the key of a row: the table, and a similar key without a row, which must be answered alike */
  taken?: { table: string; like: string }
}

/**
 * The second user inserts rows with chosen keys: the numbers that the owner's next rows would get, by the
 * sequences that the owner's own write uses, and, for keys that are not numbers, the keys of the owner's rows.
 * The owner's rows must not change, the owner's next write must get the same answer as before, and a taken key
 * must be answered like any other.
 *
 * @param at the place in the app's time
 */
export async function chosenKeys(world: World, day: readonly Exchange[], at: number): Promise<Chosen> {
  const { gate, ranges } = world
  const found: Chosen = { attacks: 0, problems: [] }
  await ranges.take('owner')
  const seen = new Set<string>()
  const clock = { now: at }
  for (const exchange of day) {
    if (gate.signal.aborted || (gate.proving && found.problems.length)) break
    const { method, route, request, response } = exchange
    if (method !== 'POST' || route === null || !isDone(response) || seen.has(route)) continue
    if (request.body === null || withMembers(request, { id: 0 }) === null) continue
    seen.add(route)
    // A write that cannot be done twice would fail by itself.
    const first = await ownersWrite(world, exchange, clock)
    if (!first.isDone) continue
    const before = await nextKeys(world)
    if (!(await ownersWrite(world, exchange, clock)).isDone) continue
    const taken = [...(await nextKeys(world))].filter(([sequence, next]) => before.get(sequence) !== next)
    const attempt = async (one: Attempt) => {
      found.attacks++
      const problems = await write(world, exchange, one, first.answer.status, clock)
      found.problems.push(...problems.map((problem) => ({ route, ...problem })))
    }
    for (const [sequence] of taken.slice(0, KEYS)) {
      const key = (await nextKeys(world)).get(sequence)
      // The key of the second user's own row is taken, and the app itself may say so.
      const own = await fixtureKeys(gate.database, world.tables, world.other.id)
      if (key !== undefined && !own.has(String(key))) await attempt({ key })
    }
    for (const one of await takenKeys(world)) await attempt(one)
  }
  await ranges.take('other')
  return found
}

/** What a waiver names where the key of a table is one for all users. */
export const ofKey = (table: string | undefined): Partial<Evidence> =>
  table === undefined ? {} : { table, part: `key of ${table}` }

/** Sends the owner's write. A form redirects whatever the result, so the rows show what was inserted. */
async function ownersWrite(
  world: World,
  exchange: Exchange,
  clock: { now: number },
): Promise<{ answer: Answer; isDone: boolean }> {
  const { gate, owner, tables } = world
  const before = await fingerprints(gate.database, tables, owner.id)
  const answer = await send(world, 'owner', exchange, ++clock.now)
  const after = await fingerprints(gate.database, tables, owner.id)
  return { answer, isDone: isDone(answer) && changed(before, after).length > 0 }
}

async function write(
  world: World,
  exchange: Exchange,
  { key, taken }: Attempt,
  expected: number,
  clock: { now: number },
): Promise<Evidence[]> {
  const { gate, owner, other, tables } = world
  const theirs = await asOther(world, exchange)
  const withKey = (id: string | number) => ({
    ...theirs,
    request: { ...theirs.request, body: withMembers(theirs.request, { id })! },
  })
  const sent = withKey(key)
  const rows = await fingerprints(gate.database, tables, owner.id)
  const answer = await send(world, 'other', sent, ++clock.now)
  const touched = changed(rows, await fingerprints(gate.database, tables, owner.id))
  const free = taken ? await send(world, 'other', withKey(taken.like), ++clock.now) : answer
  const next = await ownersWrite(world, exchange, clock)
  const problems: Evidence[] = touched.map((table) => ({
    what: `a write with the key of a row changed the ${owner.name}’s rows in ${table}`,
    table,
  }))
  if (answer.status !== free.status)
    problems.push({
      what: `a write with the key of a row of the ${owner.name} is answered unlike one with an unused key`,
      expected: String(free.status),
      got: String(answer.status),
      ...ofKey(taken?.table),
    })
  else if (answer.status >= 500)
    problems.push({ what: 'a write with a chosen key fails', got: String(answer.status) })
  if (!next.isDone)
    problems.push({
      what: `the ${owner.name}’s next write fails, because another user has chosen its key`,
      expected: String(expected),
      got: `${next.answer.status} ${next.answer.body.slice(0, 200)}`,
    })
  const { body, contentType } = sent.request
  const open: Record<string, string> = contentType ? { 'content-type': contentType } : {}
  const how = { as: { ...other, address: nextAddress() }, open, body }
  const line = curl(world.target.url, 'POST', sent.path, how)
  return problems.map((problem) => ({ curl: line, ...problem }))
}

/** Returns a key of the owner alone in each table whose keys are not numbers. */
async function takenKeys({ gate, tables, owner }: World): Promise<Attempt[]> {
  const found: Attempt[] = []
  for (const { name, key, owner: column, isNumber } of tables) {
    if (isNumber) continue
    const [row] = await gate.database.sql<{ key: string }>(
      `select ${q(key)}::text as key from ${quotedTable(name)} t where ${q(column)}::text = $1
         and not exists (select from ${quotedTable(name)} o where o.${q(key)} = t.${q(key)} and o.${q(column)} <> t.${q(column)})
       order by 1 limit 1`,
      [String(owner.id)],
    )
    if (row) found.push({ key: row.key, taken: { table: name, like: missing(row.key) } })
  }
  return found
}

async function asOther(world: World, exchange: Exchange): Promise<Exchange> {
  const known = new Set((await fixtureKeys(world.gate.database, world.tables, world.owner.id)).keys())
  return {
    ...exchange,
    ...(world.cloned && withOwnIds(exchange, world.shared.own(known), world.mapping)?.request),
  }
}

async function nextKeys({ gate: { database } }: World): Promise<NextKeys> {
  const rows = await database.sql<{ sequence: string; next: string }>(
    `select s.seqrelid::text as sequence, (pg_sequence_last_value(s.seqrelid) + s.seqincrement)::text as next
     from pg_sequence s join pg_class c on c.oid = s.seqrelid
     where c.relnamespace::regnamespace::text <> 'usertwo' and pg_sequence_last_value(s.seqrelid) is not null`,
  )
  return new Map(rows.map(({ sequence, next }) => [sequence, Number(next)]))
}

function send(world: World, who: 'owner' | 'other', sent: Exchange, at: number): Promise<Answer> {
  const { method, path, request } = sent
  return world.target.ask(method, path, {
    as: { ...world[who], address: nextAddress() },
    headers: {
      [CLOCK_HEADER]: String(clockOf(EPOCH, at)),
      ...(request.contentType && { 'content-type': request.contentType }),
    },
    body: request.body ?? undefined,
  })
}
