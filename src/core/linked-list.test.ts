import { expect, it } from 'vitest'
import { LinkedList } from './linked-list.js'

it('keeps the order, and gives up what is deleted, also while it is read', () => {
  const list = new LinkedList<string>()
  const [a, b] = ['a', 'b'].map((one) => list.push(one))
  list.push('c')
  expect([...list]).toEqual(['a', 'b', 'c'])
  list.delete(b!)
  list.delete(b!)
  expect([[...list], list.size]).toEqual([['a', 'c'], 2])
  for (const one of list) if (one === 'a') list.delete(a!)
  expect([list.shift(), list.shift(), list.size]).toEqual(['c', undefined, 0])
  list.push('d')
  expect([...list]).toEqual(['d'])
})

it('holds nothing by a link that was taken out', () => {
  const list = new LinkedList<object>()
  const links = [list.push({}), list.push({}), list.push({})]
  list.delete(links[1]!)
  list.shift()
  expect(Object.values(links[0]!)).toEqual([undefined, undefined, undefined])
  expect(Object.values(links[1]!)).toEqual([undefined, undefined, undefined])
})
