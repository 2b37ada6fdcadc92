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

describe('what differs each time', () => {
  it('is nothing if two recordings agree', () => {
    expect(volatileIn('{"a":1}', '{"a":1}')).toEqual([])
  })

  it('is named by its place in JSON, and is the whole body of other answers', () => {
    expect(volatileIn('{"a":[{"at":1,"b":2}]}', '{"a":[{"at":9,"b":2}]}')).toEqual(['$.a.*.at'])
    expect(volatileIn('<p>1</p>', '<p>2</p>')).toEqual(['$'])
  })

  it('includes the time of the recording, even if a second recording in the same minute shows the same', () => {
    const day = new Date().toISOString().slice(0, 10)
    const [json] = markVolatile(
      [exchange(`{"a":[{"day":"${day}","b":"${day} or so"}]}`)],
      [exchange(`{"a":[{"day":"${day}","b":"${day} or so"}]}`)],
    )
    expect(json!.volatile).toEqual(['$.a.*.day'])
    const page = (shown: string) => exchange(`<p>made on ${shown}, by hand</p>`)
    const [marked] = markVolatile([page(day)], [page(day)])
    const { volatile, response } = marked!
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
    expect(masked(page(tomorrow).response.body, volatile)).toBe(response.body)
    expect(masked('<p>made on 2001-02-03, by hand</p>', volatile)).not.toBe(response.body)
    expect(masked(`<p>made on ${day}, by machine</p>`, volatile)).not.toBe(response.body)
    expect(markVolatile([page('2001-02-03')], [page('2001-02-03')])[0]!.volatile).toBeUndefined()
  })

  it('is the whole value if its shape changes: no mask hides an added or missing member', () => {
    expect(volatileIn('{"a":{"b":1}}', '{"a":{"b":1,"c":2}}')).toEqual(['$.a'])
  })

  it('is a whole list of texts that has moved up, as the last requests do, and one text of another', () => {
    expect(volatileIn('{"last":["a","b","b"]}', '{"last":["b","b","c"]}')).toEqual(['$.last'])
    expect(volatileIn('["c","b","a"]', '["d","c","b"]')).toEqual(['$'])
    expect(volatileIn('["a","b","c"]', '["a","x","c"]')).toEqual(['$.1'])
    expect(volatileIn('["a"]', '["b"]')).toEqual(['$.0'])
  })

  it('is masked, and nothing else', () => {
    const places = ['$.a.*.at']
    expect(masked('{"a":[{"at":1}]}', ['$.a.0.at'])).toBe(masked('{"a":[{"at":7}]}', ['$.a.0.at']))
    expect(masked('{"a":[{"at":1,"b":2}]}', places)).toBe(masked('{"a":[{"at":7,"b":2}]}', places))
    expect(masked('{"a":[{"at":1,"b":2}]}', places)).not.toBe(masked('{"a":[{"at":1,"b":3}]}', places))
    expect(masked('anything', ['$'])).toBe(masked('else', ['$']))
  })

  it('is the order of a list whose rows are reordered, and what else differs in them', () => {
    const rows = (...all: [string, number][]) =>
      JSON.stringify({ rows: all.map(([title, at], id) => ({ id, title, at })) })
    const [one, other] = [rows(['b', 1], ['a', 2], ['a', 3]), rows(['a', 4], ['b', 5], ['a', 6])]
    const places = volatileIn(one, other)
    expect(places).toEqual(['$.rows.[]', '$.rows.*.id', '$.rows.*.at'])
    expect(masked(one, places)).toBe(masked(other, places))
    expect(masked(one, places)).not.toBe(masked(rows(['b', 1], ['b', 2], ['a', 3]), places))
    expect(masked(one, places)).not.toBe(masked(rows(['b', 1], ['a', 2]), places))
  })

  it('does not include the order of an ordered list', () => {
    expect(volatileIn('[{"a":1,"b":2},{"a":2,"b":3}]', '[{"a":1,"b":2},{"a":2,"b":4}]')).toEqual(['$.*.b'])
  })

  it('is learned from a second recording of the same requests, and only of the same', () => {
    const [marked] = markVolatile([exchange('{"n":1}')], [exchange('{"n":2}')])
    expect(marked?.volatile).toEqual(['$.n'])
    expect(() => markVolatile([exchange('1')], [])).toThrow('the drive is not deterministic')
  })
})
