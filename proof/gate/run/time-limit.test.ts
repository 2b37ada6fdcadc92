import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { timeLimit, weightOf } from './time-limit.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test.each([
  [0, 2, 1],
  [2, 2, 1],
  [4, 2, 0.5],
  [15, 2, 0.25],
])('at a load of %i on %i processors a second counts %d', (load, processors, weight) => {
  expect(weightOf(load, processors)).toBe(weight)
})

test('a limit is reached on time on a free machine', () => {
  const reached = vi.fn()
  timeLimit(60_000, reached, () => 1)
  vi.advanceTimersByTime(59_000)
  expect(reached).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1_000)
  expect(reached).toHaveBeenCalledExactlyOnceWith('not finished within 60 s')
})

test('on a machine with four processes for each processor it is reached four times as late, and says so', () => {
  const reached = vi.fn()
  timeLimit(60_000, reached, () => 0.25)
  vi.advanceTimersByTime(239_000)
  expect(reached).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1_000)
  expect(reached).toHaveBeenCalledExactlyOnceWith(
    'not finished within 60 s, which were 240 s on this busy machine',
  )
})

test('a cancelled limit is never reached', () => {
  const reached = vi.fn()
  timeLimit(60_000, reached, () => 1)()
  vi.advanceTimersByTime(600_000)
  expect(reached).not.toHaveBeenCalled()
})
