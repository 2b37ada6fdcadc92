import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, isDone } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Member } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { type Canaries, leaks, newMark } from '../fixture/canary.js'
import { markingOf } from '../fixture/marked-writes.js'
import { fixtureKeys } from '../fixture/rows.js'
import type { World } from '../fixture/world.js'
import { withOwnIds } from '../payloads/swapped-ids.js'
import { type Live, openSocket, openStream } from './connections.js'
import type { LivePlace } from './places.js'

/** The writes that are done while connections are open. */
const MOST_WRITES = 12
/** After opening, after each write, and at the end, where a timer has sent what was queued. Milliseconds. */
const WAIT = { opened: 300, written: 100, end: 1_500 }

interface Connection {
  place: LivePlace
  of: Member
  live: Live
  /** what had ended before any write was no lasting connection */
  wasOpen: boolean
}

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
  const open: Connection[] = []
  for (const place of places)
    for (const of of [owner, other]) {
      const connection = await connected(world, place, of)
      if (connection) open.push(connection)
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
  for (const exchange of writes.slice(0, MOST_WRITES)) {
    if (world.gate.signal.aborted) break
    await writeAsBoth(world, exchange, marks)
  }
  await target.callTimers()
  await sleep(WAIT.end)
  const secrets = { owner: await world.secretsOf(owner), other: await world.secretsOf(other) }
  const problems = open.flatMap((one) => {
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
  for (const { live } of open) live.close()
  return { problems, unproven, writes: marks.owner.size + marks.other.size, connections: open.length }
}

async function connected({ target }: World, place: LivePlace, of: Member): Promise<Connection | null> {
  const as = { ...of, address: nextAddress() }
  const opening = place.kind === 'stream' ? openStream : openSocket
  const live = await opening(target, place.path, as)
  if (live.status !== (place.kind === 'stream' ? 200 : 101)) {
    live.close()
    return null
  }
  for (const message of place.messages) live.send(message)
  return { place, of, live, wasOpen: true }
}

/** Sends a write as each user, on own rows and with a mark of their own, if it takes one. */
async function writeAsBoth(
  world: World,
  exchange: Exchange,
  marks: Readonly<Record<'owner' | 'other', Canaries>>,
): Promise<void> {
  const { gate, tables, target, owner, other, mapping } = world
  const known = new Set((await fixtureKeys(gate.database, tables, owner.id)).keys())
  const sentBy = (person: Member, path: string, request: Exchange['request']): Promise<Answer | null> =>
    target
      .ask(exchange.method, path, {
        as: { ...person, address: nextAddress() },
        headers: request.contentType ? { 'content-type': request.contentType } : {},
        body: request.body ?? undefined,
      })
      .catch(() => null)
  const first = newMark()
  const marking = await markingOf(exchange.request, first, async (request) =>
    isDone((await sentBy(owner, exchange.path, request)) ?? { status: 0 }),
  )
  if (!marking) return
  // Sending it to find out has written it.
  marks.owner.set(first, exchange.route!)
  await sleep(WAIT.written)
  const moved = withOwnIds(exchange, world.shared.own(known), mapping)?.request ?? exchange
  const second = newMark()
  const answer = await sentBy(other, moved.path, marking(moved.request, second))
  if (answer && isDone(answer)) marks.other.set(second, exchange.route!)
  await sleep(WAIT.written)
}

function wrongWith(
  { owner, target }: World,
  one: Connection,
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
  const isRefused = target
    .output()
    .includes(`the answer to GET ${place.path.split('?')[0]} was written by another`)
  if (!wasOpen || !live.ended() || !isRefused) return []
  return [
    {
      route,
      what: `the ${kind} of the ${of.name} was ended: another user's request wrote to it, which is refused`,
      expected: 'each connection is written to on behalf of its own user: bindUser',
    },
  ]
}
