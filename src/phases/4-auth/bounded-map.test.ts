import { expect, test } from 'vitest'
import { BoundedMap } from './bounded-map.js'

test('the oldest entry makes room, and an entry that is set again or removed makes none', () => {
  const map = new BoundedMap<string, number>(3)
  for (const [at, name] of ['a', 'b', 'c', 'b', 'd'].entries()) map.set(name, at)
  expect([...map]).toEqual([
    ['b', 3],
    ['c', 2],
    ['d', 4],
  ])
  map.delete('c')
  map.set('e', 5)
  expect([...map.keys()]).toEqual(['b', 'd', 'e'])
  map.clear()
  for (const name of 'fghij') map.set(name, 0)
  expect([...map.keys()]).toEqual(['h', 'i', 'j'])
})

test('a full map takes a new entry about as fast as one that fills', () => {
  const keys = Array.from({ length: 40_000 }, (_, n) => `key ${n}`)
  const timed = (map: Map<string, number>) => {
    const from = performance.now()
    for (const key of keys) map.set(key, 1)
    return performance.now() - from
  }
  timed(new Map())
  const filling = timed(new Map())
  expect(timed(new BoundedMap(10_000))).toBeLessThan(8 * filling + 20)
})
