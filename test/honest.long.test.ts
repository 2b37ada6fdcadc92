// Small apps as people write them, each with what a gate once took for a defect: a gate says GO to them.
// Here some of them run the checks they were written for; `npm run matrix -- --only honest` runs all gates
// of each, and the proofs.
import { beforeAll, expect, test } from 'vitest'
import { build } from './support/built.js'
import { gateOf } from './support/gate.js'
import { leakyNotebook } from './support/leaky-notebook.js'

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

/** Those that attack rows by their keys, compare answers, or look for what one request leaves to the next. */
const KEYS_IN_WORDS = [
  'isolation.chosen-keys',
  'isolation.foreign-ids',
  'isolation.policies-alone',
  'isolation.no-interference',
  'isolation.at-once',
  'isolation.foreign-at-once',
  'isolation.kept-in-memory',
]
const bookmarks = leakyNotebook('honest/bookmarks')

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

test('an app whose keys are words, whose reads write, and that notes a search after its answer, is GO', async () => {
  const { red, checks } = await gateOf('honest/bookmarks', '6', '--only', KEYS_IN_WORDS.join())
  expect(red).toEqual([])
  expect(checks.map(({ id }) => id)).toEqual(expect.arrayContaining(KEYS_IN_WORDS))
  const { notes } = checks.find(({ id }) => id === 'isolation.no-interference')!
  expect(notes).toContain('not read, because it changes rows of its reader: GET /search?q=Roses')
}, 900_000)

/** Runs whenever a row of a table is stored, as a superuser whom no policy stops. */
const afterwards = (table: string, when: string, sql: string) =>
  `create function gate_after() returns trigger language plpgsql security definer as $$ begin ${sql}; return null; end $$;
   create trigger gate_after after ${when} on ${table} for each row execute function gate_after()`

test.each([
  [
    'a GET that books its note on the owner',
    afterwards('searches', 'insert', 'update searches set user_id = 1 where id = new.id'),
    /^rows of another user in searches were changed by a request of the other$/,
  ],
  [
    'a GET that raises a counter on another user’s row',
    afterwards('bookmarks', 'update', 'update counters set value = value + 1'),
    /^rows of another user in counters were changed by a request of the (?:other|owner)$/,
  ],
])(
  'isolation.foreign-ids names %s',
  async (_what, sql, expected) => {
    const { problems } = await bookmarks.lookAll('isolation.foreign-ids', [], {}, sql)
    const found = problems.filter(({ what }) => expected.test(what)).map(({ route }) => route)
    expect(found.filter((route) => route?.startsWith('GET '))).not.toEqual([])
  },
  300_000,
)

test('an app whose only table has no key has no key to choose, and is red once it is given one', async () => {
  const { go, red, checks } = await gateOf(
    'honest/guestbook',
    '6',
    '--prove',
    '--only',
    'isolation.chosen-keys',
  )
  expect(red).toEqual([])
  expect(checks.map(({ nothingToDo }) => nothingToDo)).toEqual([
    'no owned table has a primary key, and no request chooses a value in its place',
  ])
  expect(checks[0]?.mutants.map((one) => one.red)).toEqual([true])
  expect(go).toBe(true)
}, 300_000)
