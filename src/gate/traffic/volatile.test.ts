import { describe, expect, it } from 'vitest'
import type { Exchange } from './exchange.js'
import { markVolatile, masked, volatileIn } from './volatile.js'

const exchange = (body: string): Exchange => ({
  method: 'GET',
  path: '/',
  route: null,
  request: { contentType: null, body: null },
  response: { status: 200, contentType: 'application/json', body },
})

describe('what is never the same twice', () => {
  it('is nothing where two recordings agree', () => {
    expect(volatileIn('{"a":1}', '{"a":1}')).toEqual([])
  })

  it('is told by its place in JSON, and is the whole body elsewhere', () => {
    expect(volatileIn('{"a":[{"at":1,"b":2}]}', '{"a":[{"at":9,"b":2}]}')).toEqual(['$.a.0.at'])
    expect(volatileIn('<p>1</p>', '<p>2</p>')).toEqual(['$'])
  })

  it('is a whole value where its shape changes: no mask hides a member more or less', () => {
    expect(volatileIn('{"a":{"b":1}}', '{"a":{"b":1,"c":2}}')).toEqual(['$.a'])
  })

  it('is masked, and nothing beside it', () => {
    const places = ['$.a.0.at']
    expect(masked('{"a":[{"at":1,"b":2}]}', places)).toBe(masked('{"a":[{"at":7,"b":2}]}', places))
    expect(masked('{"a":[{"at":1,"b":2}]}', places)).not.toBe(masked('{"a":[{"at":1,"b":3}]}', places))
    expect(masked('anything', ['$'])).toBe(masked('else', ['$']))
  })

  it('is learned from a second recording of the same day, and only of the same day', () => {
    const [marked] = markVolatile([exchange('{"n":1}')], [exchange('{"n":2}')])
    expect(marked?.volatile).toEqual(['$.n'])
    expect(() => markVolatile([exchange('1')], [])).toThrow('the drive is not deterministic')
  })
})
