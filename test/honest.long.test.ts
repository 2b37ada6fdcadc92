// Small apps as people write them, each with what a gate once took for a defect: a gate says GO to them.
// Here three of them run the checks they were written for; `npm run matrix -- --only honest` runs all gates
// of each, and the proofs.
import { beforeAll, expect, test } from 'vitest'
import { build } from './support/built.js'
import { gateOf } from './support/gate.js'

const NO_PAGES = 'the app has no pages'
const NO_API = 'the app has no route under /api'
const NOTHING = {
  'inventory.pages': NO_PAGES,
  'inventory.client-calls': 'no page makes a request',
  'client.browser-flow': NO_PAGES,
  'isolation.one-browser': NO_PAGES,
  'isolation.offers': 'no table is read by all users and written by its owner',
  'isolation.query-layer-alone': 'one lock: no knex',
  'legacy.answers': 'config.routes.legacy retires nothing',
  'legacy.html-needs-login': NO_PAGES,
  'legacy.html-under-api': NO_API,
  'legacy.pages-work': NO_PAGES,
  'legacy.spa-refresh': NO_PAGES,
  'rollout.client-calls': 'no page makes a request',
}

const WITHOUT_USERS = [...Object.keys(NOTHING), 'schema.other-email', 'schema.down', 'client.page-guard']

const ERRANDS = [
  'inventory.routes',
  'hardening.secrets-in-answers',
  'hardening.errors-say-nothing',
  'hardening.log-lines',
  'isolation.foreign-ids',
  'isolation.no-interference',
  'isolation.at-once',
  'rollout.environment',
]

beforeAll(build)

test('an API without users, pages, knex or anything retired is GO with what there was not to do, and red once it is given that', async () => {
  const { go, red, checks } = await gateOf('honest/shopping', '--prove', '--only', WITHOUT_USERS.join())
  expect(red).toEqual([])
  const idle = checks.flatMap(({ id, nothingToDo }) => (nothingToDo ? [[id, nothingToDo]] : []))
  expect(Object.fromEntries(idle)).toEqual(NOTHING)
  for (const { id, mutants } of checks) {
    expect(mutants.length, id).toBeGreaterThan(0)
    expect(
      mutants.filter((one) => !one.red),
      id,
    ).toEqual([])
  }
  expect(go).toBe(true)
}, 600_000)

test('an app without an edit, started by `usertwo run`, is GO, and red without a layer', async () => {
  const missed = 'hardening.hosts,isolation.login-required'
  const { go, red, checks } = await gateOf('honest/diary', '--prove', '--only', missed)
  expect(red).toEqual([])
  expect(go).toBe(true)
  const mutants = checks.flatMap((check) => check.mutants.map((one) => one.red))
  expect(mutants.length).toBeGreaterThan(3)
  expect(mutants.filter((isRed) => !isRed)).toEqual([])
}, 900_000)

test('an app with keys made at random, which calls each error the client’s and hands it on as caught, allows no other verb, welcomes everywhere and ends where no database is named, is GO, and is read at once by its keys', async () => {
  const { go, red, checks } = await gateOf('honest/errands', '--only', ERRANDS.join())
  expect(red).toEqual([])
  expect(checks.map(({ id }) => id)).toEqual(expect.arrayContaining(ERRANDS))
  expect(checks.find(({ id }) => id === 'isolation.at-once')?.notes[0]).toMatch(/, 1 of them by an id$/)
  expect(go).toBe(true)
}, 600_000)
