import { isOn } from '../../core/dial.js'
import type { Difference } from '../gate/suite.js'
import { suites } from '../gate/suites.js'
import { answersOtherwise } from './compare-runs.js'
import { type Outcome, outcomeOf } from './outcome.js'
import { runTests, type TestOrder } from './run-tests.js'

/** Tests come as one person from many addresses; in a recording nobody comes often enough to meet a limit. */
const LIMITED: Difference = {
  route: '* /*',
  what: 'status',
  to: '429',
  why: 'the app’s own limits count people and no addresses',
}

/**
 * Runs an app's own tests twice, each time on a copy of its database of its own: without the layers, and under them as
 * the owner.
 */
export async function testAsOwner(order: TestOrder): Promise<Outcome> {
  const { print, dial, project } = order
  print(`usertwo test: without the layers\n`)
  const bare = await runTests({ ...order, dial: 0 })
  print(`usertwo test: at dial ${dial}, as the owner\n`)
  const under = await runTests(order)
  const differences = suites
    .filter(({ number }) => number <= dial)
    .flatMap((suite) => suite.differences?.(project.config) ?? [])
  const declared = isOn('isolation', dial) ? [...differences, LIMITED] : differences
  return outcomeOf(bare, under, answersOtherwise(bare.heard, under.heard, declared), dial)
}
