import { expect, test } from 'vitest'
import { inTurns } from './in-turns.js'

const APART_MS = 20

/** Returns the order in which callers continue, and what became due after each of them. */
function going(most: number) {
  const myTurn = inTurns(most, APART_MS)
  const seen: (number | string)[] = []
  const go = async (one: number) => {
    await myTurn()
    seen.push(one)
    setImmediate(() => seen.push(`after ${one}`))
  }
  return { go, seen }
}

test('of many simultaneous callers each continues in a separate turn of the event loop, in order', async () => {
  const { go, seen } = going(3)
  await Promise.all([1, 2, 3].map(go))
  expect(seen).toEqual([1, 'after 1', 2, 'after 2', 3])
})

test('a caller that comes while the queue is full continues at once', async () => {
  const { go, seen } = going(2)
  await Promise.all([1, 2, 3].map(go))
  expect(seen.filter((one) => typeof one === 'number')).toEqual([3, 1, 2])
})

test('a caller that comes after all were served waits for a turn again', async () => {
  const { go, seen } = going(1)
  await go(1)
  const second = go(2)
  const third = go(3)
  await Promise.all([second, third])
  expect(seen.filter((one) => typeof one === 'number')).toEqual([1, 3, 2])
})

test('callers that come together continue `apartMs` apart', async () => {
  const apartMs = 120
  const myTurn = inTurns(3, apartMs)
  const began = performance.now()
  const after = await Promise.all([1, 2, 3].map(() => myTurn().then(() => performance.now() - began)))
  // Node counts a timer from the start of its event loop turn, which is earlier on a busy machine.
  expect(after[1]! - after[0]!).toBeGreaterThan(apartMs / 2)
  expect(after[2]! - after[1]!).toBeGreaterThan(apartMs / 2)
})
