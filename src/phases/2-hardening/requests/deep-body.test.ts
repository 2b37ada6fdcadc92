import { describe, expect, it } from 'vitest'
import { isTooDeep } from './deep-body.js'

const nested = (levels: number) => JSON.parse('{"a":['.repeat(levels / 2) + ']}'.repeat(levels / 2))

describe('a body', () => {
  it('is too deep beyond 200 levels, however deep', () => {
    expect(isTooDeep(nested(200))).toBe(false)
    expect(isTooDeep(nested(204))).toBe(true)
    expect(isTooDeep(nested(20_000))).toBe(true)
  })
  it('may be wide, flat, empty or none', () => {
    expect(isTooDeep(Array.from({ length: 10_000 }, () => ({ a: [1] })))).toBe(false)
    for (const value of [null, undefined, 'text', 1, {}, [], Buffer.alloc(9), new Date(0)])
      expect(isTooDeep(value)).toBe(false)
  })
})
