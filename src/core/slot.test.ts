import { expect, it } from 'vitest'
import { answerSlot, requestSlot, slot } from './slot.js'

it('keeps a value with an object, each slot its own', () => {
  const [first, second] = [slot<object, number>(), slot<object, string | undefined>()]
  const owner = Object.freeze({ visible: true })
  first.set(owner, 1)
  first.set(owner, 2)
  second.set(owner, undefined)
  expect([first.get(owner), second.get(owner), second.has(owner)]).toEqual([2, undefined, true])
  expect([first.get({}), first.has({}), second.has({})]).toEqual([undefined, false, false])
})

it('is not to be seen on the object, and goes to no copy of it', () => {
  const kept = slot<object, string>()
  const owner = { visible: true }
  kept.set(owner, 'secret')
  expect(Reflect.ownKeys(owner)).toEqual(['visible'])
  expect(kept.has({ ...owner })).toBe(false)
  expect(kept.has(Object.create(owner))).toBe(false)
})

it('slots of requests are kept together, each on its own', () => {
  const owner = {}
  const first = requestSlot<object, string | undefined>()
  first.set(owner, 'one')
  const late = requestSlot<object, number>()
  const later = requestSlot<object, number>()
  expect([late.has(owner), late.get(owner), answerSlot<object, number>().has(owner)]).toEqual([
    false,
    undefined,
    false,
  ])
  later.set(owner, 3)
  first.set(owner, undefined)
  expect([first.has(owner), first.get(owner), late.has(owner), later.get(owner)]).toEqual([
    true,
    undefined,
    false,
    3,
  ])
  expect([Reflect.ownKeys(owner), first.has({ ...owner })]).toEqual([[], false])
})
