import { answersOtherwise } from './compare-runs.js'
import { declaredAt, routesGone } from './declared.js'
import { lostIn, type Outcome, outcomeOf } from './outcome.js'
import { runTests, type TestOrder, type TestRun } from './run-tests.js'

/**
 * Runs an app's own tests, each time on a new copy of its database: without the layers, then under them as
 * the owner at each of the dials. If some fail because usertwo took over a route of the app, a run without
 * the layers and without these routes shows it: the same tests fail there.
 *
 * @returns the outcome for each of `dials`, as soon as it is known
 */
export async function* testAsOwner(
  order: Omit<TestOrder, 'dial' | 'withhold'>,
  dials: readonly number[],
): AsyncGenerator<Outcome> {
  const { print, project } = order
  print(`usertwo test: without the layers\n`)
  const bare = await runTests({ ...order, dial: 0 })
  const without = new Map<string, TestRun>()
  for (const dial of dials) {
    print(`usertwo test: at dial ${dial}, as the owner\n`)
    const under = await runTests({ ...order, dial })
    const otherwise = answersOtherwise(bare.heard, under.heard, declaredAt(project, dial))
    const withhold = routesGone(otherwise).sort()
    const key = withhold.join()
    if (withhold.length && lostIn(bare, under) && !without.has(key)) {
      print(`usertwo test: without the layers, and without the routes that usertwo took over\n`)
      without.set(key, await runTests({ ...order, dial: 0, withhold }))
    }
    yield outcomeOf({ bare, under, without: without.get(key) }, otherwise, dial)
  }
}
