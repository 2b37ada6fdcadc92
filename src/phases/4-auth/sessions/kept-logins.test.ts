import knex, { type Knex } from 'knex'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type NotesDatabase, notesDatabase } from '../../../../test/support/wrapped-app.js'
import { keptLogins, moment } from './kept-logins.js'
import { announcement, LONGEST_KEPT, untilForgotten } from './until-forgotten.js'

const CLAIMS = { sub: '1', jti: 'a token', sid: 'a login', exp: 0 }
const MINUTE = 60_000
let notes: NotesDatabase
let db: Knex
beforeAll(async () => {
  notes = await notesDatabase(1)
  db = knex({ client: 'pg', connection: notes.adminUrl })
})
afterEach(() => vi.useRealTimers())
afterAll(async () => {
  await db?.destroy()
  await notes?.end()
})

/** What waits for a process that keeps logins for that many ms. */
const keeping = (lookUpEvery: number, on = db) => ({ db: on, config: { auth: { lookUpEvery } } as never })

/** How long ending a login of that process waits. ms */
async function waited(kit: ReturnType<typeof keeping>) {
  const from = performance.now()
  await untilForgotten(kit, 1)
  return performance.now() - from
}

/** What is remembered of an answer whose query was sent that many ms ago by each clock. */
function believed({ steady, wall = steady }: { steady: number; wall?: number }, ms = MINUTE) {
  const kept = keptLogins<string>(ms)
  const now = moment()
  kept.keep(CLAIMS, 'a user', { steady: now.steady - steady, wall: now.wall - wall })
  return kept.get(CLAIMS)
}

test('an answer is remembered for a time counted from when its query was sent, however late it arrived', () => {
  expect(believed({ steady: MINUTE - 5_000 })).toBe('a user')
  expect(believed({ steady: MINUTE })).toBe(undefined)
})

test('after a clock is set or a machine sleeps, an answer is not used', () => {
  expect(believed({ steady: 0, wall: MINUTE })).toBe(undefined)
  expect(believed({ steady: MINUTE, wall: 0 })).toBe(undefined)
  expect(believed({ steady: 0, wall: -5_000 })).toBe(undefined)
})

test('with 0 ms nothing is remembered', () => {
  expect(believed({ steady: 0 }, 0)).toBe(undefined)
})

test('that no user was found is not remembered, and replaces a remembered user', () => {
  const kept = keptLogins<string>(MINUTE)
  kept.keep(CLAIMS, 'a user', moment())
  kept.keep(CLAIMS, undefined, moment())
  expect(kept.get(CLAIMS)).toBe(undefined)
})

test('fake timers in the app’s tests do not stop this clock', async () => {
  const kept = keptLogins<string>(20)
  kept.keep(CLAIMS, 'a user', moment())
  vi.useFakeTimers({ toFake: ['performance', 'Date'] })
  expect(performance.now()).toBe(performance.now())
  await new Promise((later) => setTimeout(later, 40))
  expect(kept.get(CLAIMS)).toBe(undefined)
})

test('waiting until it is forgotten takes longer than it is remembered, however long the event loop turn took', async () => {
  const kept = keptLogins<string>(100)
  await new Promise<void>((later) =>
    setTimeout(() => {
      const busy = performance.now() + 80
      while (performance.now() < busy);
      later()
    }),
  )
  kept.keep(CLAIMS, 'a user', moment())
  expect(await waited(keeping(100))).toBeGreaterThanOrEqual(110)
  expect(kept.get(CLAIMS)).toBe(undefined)
})

test('there is no wait where nothing is remembered', async () => {
  expect(await waited(keeping(0))).toBeLessThan(100)
})

test('a process that remembers nothing waits for one that has announced that it does', async () => {
  await announcement(db, 300).make()
  expect(await waited(keeping(0))).toBeGreaterThanOrEqual(330)
  expect(await waited(keeping(100))).toBeGreaterThanOrEqual(330)
})

test('where the announcements cannot be read, the wait is the longest there may be', async () => {
  const gone = knex({ client: 'pg', connection: notes.adminUrl })
  await gone.destroy()
  expect(await waited(keeping(0, gone))).toBeGreaterThanOrEqual(LONGEST_KEPT * 1.1)
})

test('an announcement holds once it is stored, and is not repeated', async () => {
  const mine = announcement(db, 10)
  expect(mine.holds()).toBe(false)
  await mine.make()
  await mine.make()
  expect(mine.holds()).toBe(true)
  const stored = await db('usertwo.audit').where({ event: 'logins_kept' }).whereRaw("details->>'ms' = '10'")
  expect(stored).toHaveLength(1)
})

test.each([
  ['of a user', 1, undefined, 'another user'],
  ['of all users', null, undefined, undefined],
  ['of a user who is not known', undefined, 'a user', 'another user'],
])(
  'the process that ends logins %s does not use what it knew of them while it waits',
  async (_whose, user, first, second) => {
    const kept = keptLogins<string>(MINUTE)
    const other = { ...CLAIMS, sub: '2' }
    const before = moment()
    kept.keep(CLAIMS, 'a user', before)
    kept.keep(other, 'another user', before)
    const ended = untilForgotten(keeping(100), user)
    expect([kept.get(CLAIMS), kept.get(other)]).toEqual([first, second])
    // The answer to a query that was sent before.
    kept.keep(CLAIMS, 'a user', before)
    expect(kept.get(CLAIMS)).toBe(first)
    await ended
    kept.keep(CLAIMS, 'a new login', moment())
    expect(kept.get(CLAIMS)).toBe('a new login')
  },
)
