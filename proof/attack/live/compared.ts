import { setTimeout as sleep } from 'node:timers/promises'
import { isDone } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Member } from '../../gate/gate.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { changed, fingerprints } from '../fixture/rows.js'
import type { World } from '../fixture/world.js'
import { eventsIn, type PushedEvent, Quiet } from './events.js'
import { type Connection, connected, refusedOn } from './opened.js'
import type { LivePlace } from './places.js'
import { groupedByRoute, sentBy } from './writes.js'

/** The routes whose writes are compared, and the writes of a route that are sent until one is done. */
const [MOST_ROUTES, CANDIDATES] = [24, 4]
/** How often the owner does nothing before the first write, and how often both are repeated where an event came. */
const [AT_FIRST, AGAIN] = [2, 3]
/** After opening, after the write, and after the timers were called. Milliseconds. */
const WAIT = { opened: 300, written: 150, timers: 350 }

export interface Compared {
  problems: Evidence[]
  /** writes that the owner has done */
  done: number
  /** writes that the owner could not do: the status of each route, 0 without an answer */
  left: Map<string, number>
  /** places at which an event came after a write only, to either user */
  reacted: Set<LivePlace>
}

/** A place as a user has it open. */
interface Listener {
  place: LivePlace
  of: Member
  quiet: Quiet
  connection: Connection | null
}

/** What came to each listener. */
type Heard = ReadonlyMap<Listener, PushedEvent[]>

interface Written {
  heard: Heard
  /** 0: no answer */
  status: number
  isDone: boolean
  /** it has changed a table that all users read */
  isForAll: boolean
}

/**
 * Compares what comes to the second user after each write of the owner with what comes while the owner does nothing, on the same
 * rows. An event that comes after each repetition of the write and never without it reveals the write to the second user,
 * whatever is in it. A write that changes a table that all users read is not judged: all may learn of it.
 *
 * @param restore restores all rows
 */
export async function comparePushes(
  world: World,
  places: readonly LivePlace[],
  writes: readonly Exchange[],
  restore: () => Promise<unknown>,
): Promise<Compared> {
  const { gate, owner, other } = world
  const found: Compared = { problems: [], done: 0, left: new Map(), reacted: new Set() }
  if (places.length === 0) return found
  const listeners = places.flatMap((place) =>
    [owner, other].map((of): Listener => ({ place, of, quiet: new Quiet(), connection: null })),
  )
  const during = (act: () => Promise<unknown>) => heardDuring(world, listeners, restore, act)
  const nothing = async () => {
    for (const [one, events] of await during(async () => {})) one.quiet.add(events)
  }
  for (let n = 0; n < AT_FIRST; n++) await nothing()
  const isTold = new Set<Listener>()
  const note = (listener: Listener, problems: Evidence[]) => {
    if (problems.length === 0 || isTold.has(listener)) return
    isTold.add(listener)
    found.problems.push(...problems)
  }
  for (const [route, some] of groupedByRoute(writes).slice(0, MOST_ROUTES)) {
    if (gate.signal.aborted || (gate.proving && found.problems.length)) break
    const { write, ...one } = await firstDone(some, (asked) => written(world, asked, during))
    for (const listener of listeners)
      if (listener.connection) note(listener, refusedOn(world.target, listener.connection))
    const reacting = listeners.filter((listener) => newTo(listener, one.heard).length)
    for (const { place } of reacting) found.reacted.add(place)
    if (!one.isDone) found.left.set(route, one.status)
    else found.done++
    if (!one.isDone || one.isForAll) continue
    let told = reacting.filter((listener) => listener.of === other && !isTold.has(listener))
    let last = one.heard
    for (let n = 0; n < AGAIN && told.length; n++) {
      await nothing()
      last = (await written(world, write, during)).heard
      told = told.filter((listener) => newTo(listener, last).length)
    }
    for (const listener of told) note(listener, [toldOf(write, listener, newTo(listener, last)[0]!)])
  }
  for (const { connection } of listeners) connection?.live.close()
  return found
}

/** Sends the writes of a route until one is done: a recorded row may be gone, or not exist yet. */
async function firstDone(some: readonly Exchange[], send: (write: Exchange) => Promise<Written>) {
  let tried = { write: some[0]!, ...(await send(some[0]!)) }
  for (const write of some.slice(1, CANDIDATES)) if (!tried.isDone) tried = { write, ...(await send(write)) }
  return tried
}

const newTo = (one: Listener, heard: Heard) => one.quiet.newIn(heard.get(one) ?? [])

/** Returns what comes to each listener from now on, while `act` is done and the app's timers are called. */
async function heardDuring(
  { target }: World,
  listeners: readonly Listener[],
  restore: () => Promise<unknown>,
  act: () => Promise<unknown>,
): Promise<Heard> {
  await restore()
  const ended = listeners.filter(({ connection }) => connection?.live.ended() ?? true)
  for (const one of ended) one.connection = await connected(target, one.place, one.of)
  // What has come while it opened is not of the act.
  if (ended.some(({ connection }) => connection)) await sleep(WAIT.opened)
  const starts = listeners.map(({ connection }) => connection?.live.text().length ?? 0)
  await act()
  await sleep(WAIT.written)
  await target.callTimers()
  await sleep(WAIT.timers)
  return new Map(
    listeners.map((one, at) => [
      one,
      eventsIn(one.place.kind, (one.connection?.live.text() ?? '').slice(starts[at])),
    ]),
  )
}

/** Sends a write as the owner. */
async function written(
  world: World,
  write: Exchange,
  during: (act: () => Promise<unknown>) => Promise<Heard>,
): Promise<Written> {
  const { gate, owner, tables } = world
  const readable = tables.filter((table) => table.readable)
  const prints = () => fingerprints(gate.database, readable, owner.id)
  let status = 0
  let isForAll = false
  const heard = await during(async () => {
    const before = readable.length ? await prints() : new Map<string, string>()
    status = (await sentBy(world, owner, write))?.status ?? 0
    isForAll = readable.length > 0 && changed(before, await prints()).length > 0
  })
  return { heard, status, isDone: isDone({ status }), isForAll }
}

function toldOf({ route }: Exchange, { place, of }: Listener, { text }: PushedEvent): Evidence {
  return {
    what: `an event comes to the ${of.name} by a ${place.kind} after ${route} of the owner, and never without it`,
    route: place.route,
    part: place.path,
    expected: 'an event for its own user only; one that all users may get is waived by its part',
    got: text.slice(0, 200),
  }
}
