import { setTimeout as sleep } from 'node:timers/promises'
import { isDone } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { type Canaries, leaks, newMark } from '../fixture/canary.js'
import { markingOf, withMarkInPath } from '../fixture/marked-writes.js'
import { fixtureKeys } from '../fixture/rows.js'
import type { World } from '../fixture/world.js'
import { isReadByAll } from '../kept/writes.js'
import { withOwnIds } from '../payloads/swapped-ids.js'
import { type Connection, connected, refusedOn } from './opened.js'
import type { LivePlace } from './places.js'
import { routesFirst, sentBy } from './writes.js'

/** The writes that are done while connections are open. */
const MOST_WRITES = 12
/** After opening, after each write, and at the end, where a timer has sent what was queued. Milliseconds. */
const WAIT = { opened: 300, written: 100, end: 1_500 }

export interface Pushed {
  problems: Evidence[]
  unproven: Evidence[]
  /** writes with a mark, of both users */
  writes: number
  /** connections that were open meanwhile */
  connections: number
}

/** Opens every place as both users, lets both write, and judges what came to each. */
export async function pushesTo(
  world: World,
  places: readonly LivePlace[],
  writes: readonly Exchange[],
): Promise<Pushed> {
  const { target, owner, other } = world
  const unproven: Evidence[] = []
  const open: (Connection & {
    /** what had ended before any write was no lasting connection */
    wasOpen: boolean
  })[] = []
  for (const place of places)
    for (const of of [owner, other]) {
      const connection = await connected(target, place, of)
      if (connection) open.push({ ...connection, wasOpen: true })
      else if (place.isNamed)
        unproven.push({
          what: `${place.path}: no ${place.kind} opened for the ${of.name}${place.kind === 'socket' ? ': name its path in app.sockets' : ''}`,
          route: place.route,
          part: place.path,
        })
    }
  await sleep(WAIT.opened)
  for (const one of open) one.wasOpen = !one.live.ended()
  const marks = { owner: new Map() as Canaries, other: new Map() as Canaries }
  for (const exchange of routesFirst(writes).slice(0, MOST_WRITES)) {
    if (world.gate.signal.aborted) break
    await writeAsBoth(world, exchange, marks)
    await writeKeysOfBoth(world, exchange, marks)
  }
  await target.callTimers()
  await sleep(WAIT.end)
  const again = await reconnected(world, open)
  const marked = marks.owner.size + marks.other.size
  for (const own of [marks.owner, marks.other])
    for (const mark of own.keys()) if (await isReadByAll(world, mark)) own.delete(mark)
  const secrets = { owner: await world.secretsOf(owner), other: await world.secretsOf(other) }
  const problems = [...open, ...again].flatMap((one) => {
    const theirs = one.of === owner ? 'other' : 'owner'
    return wrongWith(world, one, secrets[theirs].canaries, marks[theirs])
  })
  for (const place of places) {
    const own = open.filter((one) => one.place === place)
    if (place.kind === 'socket' && own.length && own.every(({ live }) => live.text() === ''))
      unproven.push({
        what: `${place.path}: a socket opened, and nothing came to it: name messages that it answers in app.sockets`,
        route: place.route,
        part: place.path,
      })
  }
  for (const { live } of [...open, ...again]) live.close()
  return { problems, unproven, writes: marked, connections: open.length + again.length }
}

/** The id of an event (WHATWG HTML, server-sent events). */
const EVENT_ID = /^id: ?(.+)$/m

/** Opens each stream again as a client that lost it after its first event: what is sent later than that may be of all users. */
async function reconnected({ target }: World, open: readonly Connection[]) {
  const again: (Connection & { wasOpen: boolean })[] = []
  for (const { place, of, live } of open) {
    const [, last] = EVENT_ID.exec(live.text()) ?? []
    const connection = last === undefined ? null : await connected(target, place, of, last)
    if (connection) again.push({ ...connection, wasOpen: false })
  }
  if (again.length) await sleep(WAIT.opened)
  return again
}

type Marks = Readonly<Record<'owner' | 'other', Canaries>>

/** Sends a write as each user, on own rows and with a mark of their own in its body, if that takes one. */
async function writeAsBoth(world: World, exchange: Exchange, marks: Marks): Promise<void> {
  const { owner, other } = world
  const moved = await asOther(world, exchange)
  const first = newMark()
  const marking = await markingOf(exchange.request, first, async (request) =>
    isDone((await sentBy(world, owner, { ...exchange, request })) ?? { status: 0 }),
  )
  if (!marking) return
  // Sending it to find out has written it.
  marks.owner.set(first, exchange.route!)
  await sleep(WAIT.written)
  const second = newMark()
  const request = marking(moved.request, second)
  const answer = await sentBy(world, other, { ...moved, request })
  if (answer && isDone(answer)) marks.other.set(second, exchange.route!)
  await sleep(WAIT.written)
}

/** Sends a write as each user with a mark in its key, if that is a text and in the path. */
async function writeKeysOfBoth(world: World, exchange: Exchange, marks: Marks): Promise<void> {
  if (withMarkInPath(exchange, newMark()) === null) return
  const { owner, other } = world
  const own = [
    { of: owner, asked: exchange, into: marks.owner },
    { of: other, asked: await asOther(world, exchange), into: marks.other },
  ]
  for (const { of, asked, into } of own) {
    const mark = newMark()
    const path = withMarkInPath(asked, mark)
    if (path === null) return
    const answer = await sentBy(world, of, { ...asked, path })
    if (!answer || !isDone(answer)) return
    into.set(mark, exchange.route!)
    await sleep(WAIT.written)
  }
}

/** Returns the owner's write as the second user's, on their copies of its rows. */
async function asOther(
  { gate, tables, owner, shared, mapping }: World,
  exchange: Exchange,
): Promise<Exchange> {
  const known = new Set((await fixtureKeys(gate.database, tables, owner.id)).keys())
  return { ...exchange, ...withOwnIds(exchange, shared.own(known), mapping)?.request }
}

function wrongWith(
  { owner, target }: World,
  one: Connection & { wasOpen: boolean },
  stored: Canaries,
  written: Canaries,
): Evidence[] {
  const { place, of, live, wasOpen } = one
  const { route, kind } = place
  const theirs = of === owner ? 'the second user' : 'the owner'
  const came = { status: 200, headers: {}, body: live.text(), json: undefined, ms: 0 }
  const shown = [
    ...leaks(came, written).map(({ mark, place: at }) => ({
      what: `what ${theirs} wrote (${at}) was pushed to the ${of.name} by a ${kind}`,
      leaked: mark,
    })),
    ...leaks(came, stored).map(({ mark, place: at }) => ({
      what: `${at} of ${theirs} was pushed to the ${of.name} by a ${kind}`,
      leaked: mark,
    })),
  ]
  if (shown.length) return shown.slice(0, 2).map((problem) => ({ route, ...problem }))
  return wasOpen ? refusedOn(target, one) : []
}
