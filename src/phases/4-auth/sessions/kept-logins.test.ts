import { afterEach, expect, test, vi } from 'vitest'
import { keptLogins, moment, untilForgotten } from './kept-logins.js'

const CLAIMS = { sub: '1', jti: 'a token', sid: 'a login', exp: 0 }
const MINUTE = 60_000
afterEach(() => vi.useRealTimers())

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
  const from = performance.now()
  await untilForgotten({ auth: { lookUpEvery: 100 } as never })
  expect(performance.now() - from).toBeGreaterThanOrEqual(110)
  expect(kept.get(CLAIMS)).toBe(undefined)
})

test('there is no wait where nothing is remembered', async () => {
  const from = performance.now()
  await untilForgotten({ auth: { lookUpEvery: 0 } as never })
  expect(performance.now() - from).toBeLessThan(50)
})
