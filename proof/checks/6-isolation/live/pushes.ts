import { campaignApp } from '../../../attack/campaign/campaign.js'
import { operations, spreadIds } from '../../../attack/concurrency/operations.js'
import { keepRows } from '../../../attack/fixture/kept-rows.js'
import { dayOfNow } from '../../../attack/fixture/recorded-day.js'
import { openWorld } from '../../../attack/fixture/world.js'
import { type Compared, comparePushes } from '../../../attack/live/compared.js'
import { openSocket } from '../../../attack/live/connections.js'
import { type LivePlace, socketsOf, streamsIn } from '../../../attack/live/places.js'
import { pushesTo } from '../../../attack/live/pushes.js'
import type { Check, Evidence, Mutant } from '../../../gate/check.js'
import { nextAddress } from '../../../gate/people/addresses.js'
import { anonymous } from '../../../gate/people/people.js'
import ownAnswers from '../mutants/requests/own-answers.js'

const TO_ALL: Mutant = {
  name: 'what a user writes is pushed to every socket',
  names: /was pushed to the (?:owner|other) by a socket/,
  by: { replace: [ownAnswers.pushesToAll] },
}

export const live: Check = {
  id: 'isolation.live',
  title: 'A stream of events or a socket shows its user nothing of another user',
  proves: ['T1', 'T2'],
  fix: 'Send to the connections of one user only, and bind each listener to the user it is for (bindUser); see docs/how-to/sockets-and-streams.md.',
  timeout: 120_000,
  async run(gate) {
    const world = await openWorld(gate, campaignApp())
    const { target, owner } = world
    const recorded = await gate.traffic()
    const places = [...streamsIn(recorded), ...(await socketsOf(gate, target, owner))]
    if (!places.length)
      return {
        exercised: 0,
        unit: 'connections',
        problems: [],
        nothingToDo: 'no recorded answer is a stream of events, and no path takes a socket',
      }
    await spreadIds(world)
    const { restore } = await keepRows(gate.database, gate.config)
    const day = operations(world, await dayOfNow(target, owner, recorded))
    const writes = day.filter(({ method }) => !/^(?:GET|HEAD|OPTIONS)$/.test(method))
    const problems: Evidence[] = []
    for (const { kind, path, route } of places) {
      if (kind !== 'socket') continue
      const unknown = await openSocket(target, path, { ...anonymous(), address: nextAddress() })
      unknown.close()
      if (unknown.status === 101)
        problems.push({ what: 'takes a socket without a login', route, expected: '401', got: '101' })
    }
    const found = await pushesTo(
      world,
      places,
      writes.filter(({ method }) => method !== 'DELETE'),
    )
    problems.push(...found.problems)
    // Of a place that is red already the comparison would say nothing new.
    const left = places.filter(({ route }) => !problems.some((problem) => problem.route === route))
    const compared = await comparePushes(world, left, writes, restore)
    await restore()
    problems.push(...compared.problems)
    const unproven = [...found.unproven, ...untried(left, found.writes + compared.done, compared)]
    return {
      exercised: found.connections,
      unit: 'connections',
      problems,
      unproven,
      notes: [
        `${places.map(({ kind, path }) => `${kind} ${path}`).join(', ')}, during ${found.writes} writes with a mark and ${compared.done} without`,
      ],
    }
  },
  mutants: [TO_ALL],
  additions: [TO_ALL],
}

/** Reports that no write was done, and each place to which nothing came while a write could not be done. */
function untried(places: readonly LivePlace[], done: number, { left, reacted }: Compared): Evidence[] {
  const failed = [...left].map(([route, status]) => `${route} answered ${status || 'nothing'}`).join(', ')
  if (done === 0)
    return [
      {
        what: `no write was done while connections were open${failed && ` (${failed})`}: record one in app.drive that succeeds again on the same rows`,
        part: 'writes',
      },
    ]
  if (!failed) return []
  return places
    .filter((place) => !reacted.has(place))
    .map(({ kind, path, route }) => ({
      what: `${path}: nothing came by this ${kind} after any write, and the owner could not do each (${failed}): record those in app.drive so that they succeed again on the same rows`,
      route,
      part: path,
    }))
}
