import { expect, test } from 'vitest'
import { memoise } from './memoise.js'

function counted() {
  const asked: string[] = []
  const length = memoise((text) => {
    asked.push(text)
    return text.length
  })
  return { asked, length }
}

test('a text is read once, also where it reads as nothing', () => {
  const { asked, length } = counted()
  expect([length('a'), length('a'), length(''), length('')]).toEqual([1, 1, 0, 0])
  expect(asked).toEqual(['a', ''])
})

test('a long text is read each time, and nothing is kept of it', () => {
  const { asked, length } = counted()
  const long = 'x'.repeat(4_001)
  expect([length(long), length(long)]).toEqual([4_001, 4_001])
  expect(asked).toHaveLength(2)
})

test('after a thousand texts it begins again, so that those of the moment are kept', () => {
  const { asked, length } = counted()
  for (let at = 0; at < 1_001; at++) length(`text ${at}`)
  length('text 1000')
  length('text 0')
  expect(asked).toHaveLength(1_002)
})
