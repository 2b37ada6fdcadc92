import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeValueIndex } from './value-index.js'

describe('the index of values', () => {
  it('replaces exactly what searching for each value would find', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'é'), minLength: 6, maxLength: 9 })
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'é', '-'), maxLength: 80 }),
        (values, text) => {
          const index = makeValueIndex()
          for (const value of values) index.add(value)
          const replaced = index.replace(text, '#')
          expect(values.some((value) => replaced.includes(value))).toBe(false)
          expect(replaced === text).toBe(!values.some((value) => text.includes(value)))
        },
      ),
    )
  })

  it('knows a value until it was removed as often as it was added', () => {
    const index = makeValueIndex()
    index.add('secret-1')
    index.add('secret-1')
    index.add('secret-2')
    index.remove('secret-1')
    expect(index.replace('secret-1 secret-2', '#')).toBe('# #')
    index.remove('secret-1')
    expect(index.replace('secret-1 secret-2', '#')).toBe('secret-1 #')
    index.remove('secret-2')
    index.remove('never added')
    expect(index.replace('secret-1 secret-2', '#')).toBe('secret-1 secret-2')
  })

  it('takes the longest where several begin', () => {
    const index = makeValueIndex()
    for (const value of ['abcdef', 'abcdefgh', 'abcdefg']) index.add(value)
    expect(index.replace('xabcdefghx', '#')).toBe('x#x')
  })
})
