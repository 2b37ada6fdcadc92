import { campaignApp } from '../../../attack/campaign/campaign.js'
import { operations, spreadIds } from '../../../attack/concurrency/operations.js'
import { keepRows } from '../../../attack/fixture/kept-rows.js'
import { dayOfNow } from '../../../attack/fixture/recorded-day.js'
import { openWorld } from '../../../attack/fixture/world.js'
import { openSocket } from '../../../attack/live/connections.js'
import { socketsOf, streamsIn } from '../../../attack/live/places.js'
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
    const writes = day.filter(({ method }) => !/^(?:GET|HEAD|OPTIONS|DELETE)$/.test(method))
    const problems: Evidence[] = []
    for (const { kind, path, route } of places) {
      if (kind !== 'socket') continue
      const unknown = await openSocket(target, path, { ...anonymous(), address: nextAddress() })
      unknown.close()
      if (unknown.status === 101)
        problems.push({ what: 'takes a socket without a login', route, expected: '401', got: '101' })
    }
    const found = await pushesTo(world, places, writes)
    await restore()
    problems.push(...found.problems)
    const unproven = [...found.unproven]
    if (found.writes === 0)
      unproven.push({
        what: 'no write with a mark was done while connections were open: record one that takes a text',
        part: 'writes',
      })
    return {
      exercised: found.connections,
      unit: 'connections',
      problems,
      unproven,
      notes: [
        `${places.map(({ kind, path }) => `${kind} ${path}`).join(', ')}, during ${found.writes} writes`,
      ],
    }
  },
  mutants: [TO_ALL],
  additions: [TO_ALL],
}
