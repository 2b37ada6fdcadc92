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

/** What shows nothing of a layer that is off where the app gives it nothing to hold. */
const QUIET = [
  'hardening.secrets-not-logged',
  'hardening.cors-exact',
  'hardening.errors-say-nothing',
  'hardening.floods',
  'hardening.log-lines',
  'hardening.schema-unchanged',
]

/** What asks for a login where the browser begins, unless that is public. */
const PUBLIC_FIRST_PAGE = [
  'auth.owner-unchanged',
  'client.page-guard',
  'client.browser-flow',
  'isolation.login-required',
  'isolation.shared-limits',
  'isolation.no-interference',
  'legacy.html-needs-login',
  'legacy.spa-refresh',
]

beforeAll(build)

test('an app is GO at every phase whose database keeps the time, whose lists have ties, whose reads write and whose answers say where and what', async () => {
  const { go, red } = await gateOf('honest/clippings')
  expect(red).toEqual([])
  expect(go).toBe(true)
}, 900_000)

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

test('an app without an edit, started by `usertwo run`, is GO at every phase, and red without a layer', async () => {
  const { go, red } = await gateOf('honest/diary')
  expect(red).toEqual([])
  expect(go).toBe(true)
  const missed = 'hardening.hosts,isolation.login-required'
  const { checks } = await gateOf('honest/diary', '--prove', '--only', missed)
  const mutants = checks.flatMap((check) => check.mutants.map((one) => one.red))
  expect(mutants.length).toBeGreaterThan(3)
  expect(mutants.filter((isRed) => !isRed)).toEqual([])
}, 900_000)

test('lists in an envelope, an "ok" sent as HTML, and an end of its own without a database are no defects', async () => {
  const tried = [
    'hardening.errors-say-nothing',
    'hardening.rate-limited',
    'auth.forms',
    'isolation.one-browser',
    'legacy.html-needs-login',
    'rollout.owner-data',
  ]
  const { red, checks } = await gateOf('honest/chores', '--only', tried.join())
  expect(red).toEqual([])
  expect(checks.map(({ id }) => id)).toEqual(expect.arrayContaining(tried))
}, 600_000)

test('an app of pages and forms that has no 4xx of its own, writes by redirects, is not healthy without its tables, has a password for its owner and retires the page for others with its form, is GO', async () => {
  const only = [
    'inventory.pages',
    'hardening.errors-say-nothing',
    'hardening.schema-unchanged',
    'client.browser-flow',
    'isolation.at-once',
    'isolation.foreign-ids',
    'isolation.no-interference',
    'legacy.spa-refresh',
    'rollout.client-calls',
  ]
  const { go, red } = await gateOf('honest/plants', '--only', only.join())
  expect(red).toEqual([])
  expect(go).toBe(true)
}, 600_000)

test('an app whose first page shows nothing of anybody’s, and whose keys, made at random, only its pages tell, is GO at every phase: both people look at them one after the other in one browser', async () => {
  const { go, red } = await gateOf('honest/library')
  expect(red).toEqual([])
  expect(go).toBe(true)
  const { checks } = await gateOf('honest/library', '--prove', '--only', 'isolation.one-browser')
  const [oneBrowser] = checks
  expect(oneBrowser?.notes).toEqual(["pages with something of their own: 2 of the owner's, 2 of the other's"])
  expect(oneBrowser?.mutants.map((one) => one.red)).toEqual([true, true])
}, 900_000)

test('where the first page is open to everybody, what needs a login is asked of the other pages, and red without it', async () => {
  const { red, checks } = await gateOf(
    'honest/library/usertwo.config.mjs',
    '--prove',
    '--only',
    PUBLIC_FIRST_PAGE.join(),
  )
  expect(red).toEqual([])
  expect(checks.map(({ id }) => id)).toEqual(expect.arrayContaining(PUBLIC_FIRST_PAGE))
  const mutants = checks.flatMap(({ id, mutants }) => mutants.map((one) => ({ check: id, ...one })))
  expect(new Set(mutants.map(({ check }) => check)).size).toBe(PUBLIC_FIRST_PAGE.length)
  expect(mutants.filter((one) => !one.red)).toEqual([])
  const { notes } = checks.find(({ id }) => id === 'isolation.no-interference')!
  expect(notes[0]).toMatch(/^[1-9]\d* requests of the second person made rows$/)
}, 900_000)

test('an app with keys made at random, which calls each error the client’s and hands it on as caught, allows no other verb, welcomes everywhere and ends where no database is named, is GO, and is read at once by its keys', async () => {
  const { go, red, checks } = await gateOf('honest/errands', '--only', ERRANDS.join())
  expect(red).toEqual([])
  expect(checks.map(({ id }) => id)).toEqual(expect.arrayContaining(ERRANDS))
  expect(checks.find(({ id }) => id === 'isolation.at-once')?.notes[0]).toMatch(/, 1 of them by an id$/)
  expect(go).toBe(true)
}, 600_000)

test('an app with people and a login of its own is GO that forgets promises, answers every error with 500 and logs in colours', async () => {
  const tried = [
    'hardening.floods',
    'hardening.log-lines',
    'auth.baseline',
    'isolation.baseline',
    'isolation.foreign-ids',
    'rollout.owner-data',
  ]
  const { red, checks } = await gateOf('honest/circle', '--only', tried.join())
  expect(red).toEqual([])
  expect(checks.map(({ id }) => id)).toEqual(expect.arrayContaining(tried))
}, 600_000)

test('each defect of hardening is red in an app that logs, answers and makes nothing of the kind itself', async () => {
  const { red, checks } = await gateOf(
    'honest/noticeboard/usertwo.config.mjs',
    '--prove',
    '--only',
    [...QUIET, 'client.baseline', 'isolation.login-required', 'isolation.private-answers'].join(),
  )
  expect(red).toEqual([])
  const all = checks.flatMap(({ id, mutants }) => mutants.map((one) => ({ check: id, ...one })))
  expect(all.length).toBeGreaterThan(20)
  expect(all.filter((one) => !one.red)).toEqual([])
}, 900_000)
