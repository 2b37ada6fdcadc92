// Small apps as people write them, each with what a gate once took for a defect: every gate says GO to them.
import { beforeAll, expect, test } from 'vitest'
import { build } from './support/built.js'
import { gateOf } from './support/gate.js'

const NO_PAGES = 'the app has no pages'
const NOTHING = {
  'inventory.pages': NO_PAGES,
  'inventory.client-calls': 'no page makes a request',
  'client.browser-flow': NO_PAGES,
  'isolation.one-browser': NO_PAGES,
  'isolation.query-layer-alone': 'one lock: no knex',
  'legacy.answers': 'config.routes.legacy retires nothing',
  'legacy.html-needs-login': NO_PAGES,
  'legacy.spa-refresh': NO_PAGES,
  'rollout.client-calls': 'no page makes a request',
}

beforeAll(build)

test('an API without users, pages, knex or anything retired is GO at every phase, with what there was not to do', async () => {
  const { go, red, checks } = await gateOf('honest/shopping')
  expect(red).toEqual([])
  expect(go).toBe(true)
  const idle = checks.flatMap(({ id, nothingToDo }) => (nothingToDo ? [[id, nothingToDo]] : []))
  expect(Object.fromEntries(idle)).toEqual(NOTHING)
}, 900_000)

test('each check that had nothing to do there is red once it is given something', async () => {
  const { checks } = await gateOf('honest/shopping', '--prove', '--only', Object.keys(NOTHING).join())
  for (const { id, mutations } of checks) {
    expect(mutations.length, id).toBeGreaterThan(0)
    expect(
      mutations.filter(({ red }) => !red),
      id,
    ).toEqual([])
  }
}, 600_000)
