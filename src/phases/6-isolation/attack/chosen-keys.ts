import type { Evidence } from '../../../gate/check.js'
import { type Answer, curl, isDone } from '../../../gate/http.js'
import { nextAddress } from '../../../gate/people.js'
import { CLOCK_HEADER } from '../../../gate/preload/orders.js'
import { EPOCH } from '../../../gate/templates.js'
import type { Exchange } from '../../../gate/traffic/exchange.js'
import { clockOf } from '../../../gate/traffic/har.js'
import { withMembers } from './disguises/smuggling.js'
import { changed, fingerprints, keysOf } from './rows.js'
import { withIds } from './slots.js'
import type { World } from './world.js'

/** Keys that are tried with one write at most. */
const KEYS = 8

export interface Chosen {
  attacks: number
  problems: Evidence[]
}

/**
 * The second person makes rows with keys of their choice: those that the owner's next rows would get. Whatever becomes of
 * them, the owner's next write is answered as the one before.
 * @param at where in the app's time this is
 */
export async function chosenKeys(world: World, day: readonly Exchange[], at: number): Promise<Chosen> {
  const { gate, owner, other, ranges } = world
  const found: Chosen = { attacks: 0, problems: [] }
  await ranges.take('owner')
  const seen = new Set<string>()
  let now = at
  for (const exchange of day) {
    if (gate.signal.aborted || (gate.proving && found.problems.length)) break
    const { method, route, request, response } = exchange
    if (method !== 'POST' || route === null || !isDone(response) || seen.has(route)) continue
    if (request.body === null || withMembers(request, { id: 0 }) === null) continue
    seen.add(route)
    const write = async () => {
      const { database } = gate
      const before = await fingerprints(database, world.tables, owner.id)
      const answer = await send(world, 'owner', exchange, ++now)
      const after = await fingerprints(database, world.tables, owner.id)
      // A form sends the browser on, whatever came of it: what was made is in the rows.
      return { answer, isDone: isDone(answer) && changed(before, after).length > 0 }
    }
    // What cannot be done twice would fail by itself.
    const { answer: first, isDone: isRepeatable } = await write()
    if (!isRepeatable || !(await write()).isDone) continue
    for (let place = 0; place < KEYS; place++) {
      const key = (await nextKeys(world))[place]
      // That of a row of one's own is taken, as the app itself would say.
      const own = await keysOf(gate.database, world.tables, other.id)
      if (key === undefined || own.has(String(key))) continue
      const theirs = await asOther(world, exchange)
      const sent = { ...theirs, request: { ...request, body: withMembers(theirs.request, { id: key })! } }
      const answer = await send(world, 'other', sent, ++now)
      found.attacks++
      const next = await write()
      const how = { as: { ...other, address: nextAddress() }, body: sent.request.body ?? undefined }
      const line = { route, curl: curl(world.target.url, 'POST', sent.path, how) }
      if (answer.status >= 500)
        found.problems.push({
          what: 'a write with a key of one’s choice fails',
          got: String(answer.status),
          ...line,
        })
      if (!next.isDone)
        found.problems.push({
          what: `the ${owner.name}’s next write fails, since somebody else has chosen its key`,
          expected: String(first.status),
          got: `${next.answer.status} ${next.answer.body.slice(0, 200)}`,
          ...line,
        })
    }
  }
  await ranges.take('other')
  return found
}

async function asOther(world: World, exchange: Exchange): Promise<Exchange> {
  const known = new Set((await keysOf(world.gate.database, world.tables, world.owner.id)).keys())
  return { ...exchange, ...(world.mirrored && withIds(exchange, known, world.twins.of)?.request) }
}

/** The number after each sequence's last: one of them is the key of the next row. */
async function nextKeys({ gate: { database } }: World): Promise<number[]> {
  const rows = await database.sql<{ next: string }>(
    `select distinct (pg_sequence_last_value(format('%I.%I', schemaname, sequencename)::regclass) + increment_by)::text as next
     from pg_sequences where schemaname <> 'usertwo' and last_value is not null`,
  )
  return rows.map(({ next }) => Number(next))
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
