import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { systemClock } from '../../../core/clock.js'
import { places } from './places.js'

test('attempts behind one that could not be looked at fail with it, and later ones are looked at', async () => {
  let isAway = true
  const held = places(
    {
      async take() {
        if (!isAway) return 'taken'
        await sleep(200)
        throw new Error('the database is away')
      },
      settle: async () => {},
    },
    systemClock,
  )
  const began = performance.now()
  const taken = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => held.take(`login ${n % 10}`)))
  expect(taken.every(({ status }) => status === 'rejected')).toBe(true)
  expect(performance.now() - began).toBeLessThan(2_000)
  isAway = false
  expect(await held.take('login 1')).toMatchObject({ settle: expect.anything() })
})
