import { afterEach, expect, test, vi } from 'vitest'
import { keptLogins, moment, untilForgotten } from './kept-logins.js'

const CLAIMS = { sub: '1', jti: 'a token', sid: 'a login', exp: 0 }
const MINUTE = 60_000
afterEach(() => vi.useRealTimers())

/** What is believed of an answer to a question that was sent so many ms ago by each clock. */
function believed({ steady, wall = steady }: { steady: number; wall?: number }, ms = MINUTE) {
  const kept = keptLogins<string>(ms)
  const now = moment()
  kept.keep(CLAIMS, 'somebody', { steady: now.steady - steady, wall: now.wall - wall })
  return kept.get(CLAIMS)
}

test('an answer is believed for so long from when the question was sent, however late it came', () => {
  expect(believed({ steady: MINUTE - 5_000 })).toBe('somebody')
  expect(believed({ steady: MINUTE })).toBe(undefined)
})

test('a clock that was set, or a machine that slept, has an answer asked for again', () => {
  expect(believed({ steady: 0, wall: MINUTE })).toBe(undefined)
  expect(believed({ steady: MINUTE, wall: 0 })).toBe(undefined)
  expect(believed({ steady: 0, wall: -5_000 })).toBe(undefined)
})

test('nothing is believed for 0 ms', () => {
  expect(believed({ steady: 0 }, 0)).toBe(undefined)
})

test('that nobody was found is not believed, and takes the place of somebody', () => {
  const kept = keptLogins<string>(MINUTE)
  kept.keep(CLAIMS, 'somebody', moment())
  kept.keep(CLAIMS, undefined, moment())
  expect(kept.get(CLAIMS)).toBe(undefined)
})

test('a test of the app that stops the clock does not stop this one', async () => {
  const kept = keptLogins<string>(20)
  kept.keep(CLAIMS, 'somebody', moment())
  vi.useFakeTimers({ toFake: ['performance', 'Date'] })
  expect(performance.now()).toBe(performance.now())
  await new Promise((later) => setTimeout(later, 40))
  expect(kept.get(CLAIMS)).toBe(undefined)
})

test('who waits until it is forgotten has waited longer than it is believed, however long the turn has taken', async () => {
  const kept = keptLogins<string>(100)
  await new Promise<void>((later) =>
    setTimeout(() => {
      const busy = performance.now() + 80
      while (performance.now() < busy);
      later()
    }),
  )
  kept.keep(CLAIMS, 'somebody', moment())
  const from = performance.now()
  await untilForgotten({ auth: { lookUpEvery: 100 } as never })
  expect(performance.now() - from).toBeGreaterThanOrEqual(110)
  expect(kept.get(CLAIMS)).toBe(undefined)
})

test('nobody waits where nothing is believed', async () => {
  const from = performance.now()
  await untilForgotten({ auth: { lookUpEvery: 0 } as never })
  expect(performance.now() - from).toBeLessThan(50)
})
