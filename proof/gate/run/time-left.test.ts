import { expect, test } from 'vitest'
import { clockText, timeLeft } from './time-left.js'

test('knows nothing before anything is done', () => {
  expect(timeLeft(['a', 'b'], 1).estimate()).toBeNull()
})

test('takes a check for as long as it took, and others for the mean', () => {
  const time = timeLeft(['a', 'a', 'a', 'b'], 1)
  time.done('a', 4_000)
  expect(time.estimate()).toBe(12_000)
  time.done('b', 1_000)
  expect(time.estimate()).toBe(8_000)
  expect(time.counts()).toEqual({ done: 2, total: 4 })
  time.done('a', 4_000)
  time.done('a', 4_000)
  expect(time.estimate()).toBe(0)
})

test('leaves out what will not be run', () => {
  const time = timeLeft(['a', 'a', 'a', 'b'], 1)
  time.done('a', 4_000)
  time.skip('a')
  expect(time.counts()).toEqual({ done: 1, total: 2 })
  expect(time.estimate()).toBe(4_000)
})

test('shares what is left among those who work', () => {
  const time = timeLeft(['a', 'b', 'c'], 2)
  time.done('a', 3_000)
  expect(time.estimate()).toBe(3_000)
})

test('is written in minutes and seconds', () => {
  expect([0, 59_001, 65_000, 600_000].map(clockText)).toEqual(['0:00', '1:00', '1:05', '10:00'])
})
