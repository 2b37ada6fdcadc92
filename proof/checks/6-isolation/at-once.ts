import { campaignApp } from '../../attack/campaign/campaign.js'
import { terminateBackends } from '../../attack/concurrency/backend-terminated.js'
import { concurrently, operations, spreadIds } from '../../attack/concurrency/operations.js'
import { isOfRow, plainPaths, readAlone, readConcurrently } from '../../attack/concurrency/reads.js'
import { hasWritingRoute } from '../../attack/concurrency/writing.js'
import { keepRows } from '../../attack/fixture/kept-rows.js'
import { dayOfNow } from '../../attack/fixture/recorded-day.js'
import { openWorld } from '../../attack/fixture/world.js'
import { rememberRequests } from '../../attack/kept/own-requests.js'
import type { Check, Evidence, Finding } from '../../gate/check.js'
import context from './mutants/context.js'
import privateAnswers from './mutants/requests/private-answers.js'

/** Concurrent requests that also write. */
const MIXED = 1_000
/**
 * Connections in each of the app's pools: two users send more requests at a time than there are connections.
 */
const POOL = 2

const WHICH_ROW = 'the id of the requested row is a variable of the module'

export const atOnce: Check = {
  id: 'isolation.at-once',
  title: 'Concurrent requests of several users never mix, on a pool of two, even when a backend dies',
  proves: ['T2'],
  fix: 'If the app ended with a backend, a checked-out client has no error listener: add one. Otherwise something outlives its request: a cache, a module variable, a context lost in a callback. See the route.',
  timeout: 240_000,
  async run(gate) {
    const world = rememberRequests(await openWorld(gate, { ...campaignApp(), pool: POOL }))
    await spreadIds(world)
    const { restore } = await keepRows(gate.database, gate.config)
    const day = operations(world, await dayOfNow(world.target, world.owner, await gate.traffic()))
    const reads = await readAlone(world, day)
    const read = await readConcurrently(world, reads)
    const problems: Evidence[] = [...read.problems]
    const notes = [`${reads.length} routes read at once, ${reads.filter(isOfRow).length} of them by an id`]
    // The mutant takes the first number in a path for the row's id.
    const byNumber = reads.filter(isOfRow).some(({ owner }) => /\d/.test(owner))
    const ignored: Finding['ignored'] = byNumber
      ? {}
      : { [WHICH_ROW]: 'no owned row is read by a path with a digit' }
    const isOver = () => gate.signal.aborted || (gate.proving && problems.length > 0)
    if (isOver()) return { exercised: read.asked, unit: 'requests', problems, notes }

    const ended = await terminateBackends(world, day, plainPaths(reads).slice(0, 4))
    problems.push(...ended.problems)
    notes.push(
      `transactions ended in the middle: ${ended.kills.join(', ') || 'none: no recorded write could be stopped in one'}`,
    )
    if (isOver() || ended.hasEnded) return { exercised: read.asked, unit: 'requests', problems, notes }

    // A deletion that was let go has left keys that a user may choose.
    await restore()
    const mixed = await concurrently(world, day, MIXED)
    problems.push(...mixed.problems)
    const answers = [...mixed.answered].map(([kind, count]) => `${count} ${kind}`).join(', ')
    notes.push(
      `reads and writes of both at once: ${answers}; ${mixed.writes} writes were done, over ${mixed.connections} connections`,
    )
    const isUnproven = mixed.writes === 0 && (await hasWritingRoute(gate))
    const unproven = isUnproven
      ? [{ what: 'no write was done among concurrent requests', part: 'writes' }]
      : []
    const answered = [...mixed.answered.values()].reduce((sum, count) => sum + count, 0)
    return {
      exercised: read.asked + answered,
      unit: 'requests',
      problems,
      unproven,
      notes,
      ignored,
    }
  },
  mutants: [
    {
      name: 'the current user is a variable of the module',
      names:
        /got another answer among concurrent requests than alone|was written by another person's request/,
      by: { replace: [context.lastSeen] },
    },
    {
      name: WHICH_ROW,
      names: /got another answer among concurrent requests than alone|another user/,
      by: { replace: [privateAnswers.lastAsked] },
    },
  ],
}
