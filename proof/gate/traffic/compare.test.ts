import { describe, expect, it } from 'vitest'
import type { Difference } from '../run/suite.js'
import { compareAnswers, matches, undeclared, withoutNewProperties } from './compare.js'
import type { Exchange } from './exchange.js'

const recorded = { status: 200, contentType: 'application/json', body: '{"a":[{"b":1},{"b":2}]}' }
const exchange: Exchange = {
  method: 'GET',
  path: '/things/7?x=1',
  route: 'GET /things/:id',
  request: { contentType: null, body: null },
  response: recorded,
}
const difference = (more: Partial<Difference>): Difference => ({
  route: 'GET /things/:id',
  what: 'body',
  why: 'wanted',
  ...more,
})

describe('a body without what was added', () => {
  const added = new Set(['user_id'])
  it('is the recorded one where only that was added, at any depth', () => {
    const body = '{"a":[{"b":1,"user_id":1},{"b":2,"user_id":1}],"user_id":1}'
    expect(withoutNewProperties(recorded.body, body, added)).toBe(recorded.body)
  })

  it('keeps a property of that name which the recorded one has too, and every other difference', () => {
    const own = '{"user_id":1,"a":{"b":1}}'
    expect(withoutNewProperties(own, '{"user_id":2,"a":{"b":1,"user_id":1}}', added)).toBe(
      '{"user_id":2,"a":{"b":1}}',
    )
    expect(withoutNewProperties(own, '{"user_id":1,"a":{"b":1,"c":1}}', added)).toBe(
      '{"user_id":1,"a":{"b":1,"c":1}}',
    )
    expect(withoutNewProperties('[]', '[{"user_id":1}]', added)).toBe('[{"user_id":1}]')
  })

  it('is as it was where it is another type', () => {
    expect(withoutNewProperties('<p>1</p>', '<p>1 user_id</p>', added)).toBe('<p>1 user_id</p>')
  })
})

describe('comparing an answer with the recorded one', () => {
  it('finds nothing if nothing differs', () => {
    expect(compareAnswers(recorded, { ...recorded })).toEqual([])
  })

  it('names the path of the first member that differs in JSON', () => {
    expect(compareAnswers(recorded, { ...recorded, body: '{"a":[{"b":1},{"b":3}]}' })).toEqual([
      { what: 'body', expected: '$.a.1.b: 2', got: '$.a.1.b: 3' },
    ])
  })

  it('sees an added or missing member, another order of text, and another type', () => {
    expect(compareAnswers(recorded, { ...recorded, body: '{"a":[{"b":1},{"b":2,"c":0}]}' })[0]?.got).toBe(
      '$.a.1.c: 0',
    )
    expect(compareAnswers(recorded, { ...recorded, body: '{"a": [{"b":1},{"b":2}]}' })).toHaveLength(1)
    expect(compareAnswers(recorded, { ...recorded, contentType: 'text/html' })[0]?.what).toBe('header')
  })

  it('shows where two texts begin to differ', () => {
    const [found] = compareAnswers(
      { ...recorded, body: 'one two three' },
      { ...recorded, body: 'one two four' },
    )
    expect(found).toMatchObject({ expected: 'one two three', got: 'one two four' })
  })
})

describe('declared differences', () => {
  const changed = compareAnswers(recorded, { ...recorded, body: '{"a":[]}' })
  const gone = compareAnswers(recorded, { status: 410, contentType: 'application/problem+json', body: '{}' })

  it('covers a body that changes on this route', () => {
    expect(undeclared(changed, exchange, [difference({})]).left).toEqual([])
  })

  it('leaves a body that changes on another route, or in another way than declared', () => {
    expect(undeclared(changed, exchange, [difference({ route: 'GET /other' })]).left).toHaveLength(1)
    expect(undeclared(changed, exchange, [difference({ to: 'nowhere' })]).left).toHaveLength(1)
  })

  it('lets a declared status bring its own type and body, but only that status', () => {
    expect(undeclared(gone, exchange, [difference({ what: 'status', to: '410' })]).left).toEqual([])
    expect(undeclared(gone, exchange, [difference({ what: 'status', to: '404' })]).left).toHaveLength(3)
  })

  it('does not cover a changed body by a declared status that did not change', () => {
    expect(undeclared(changed, exchange, [difference({ what: 'status', to: '410' })]).left).toHaveLength(1)
  })
})

it.each([
  ['* /a/*', 'GET /a/b/c', true],
  ['* /a/*', 'GET /b', false],
  ['GET /a', 'POST /a', false],
  ['GET /a', 'GET /a/', false],
])('the pattern %s and the route %s: %s', (pattern, route, fits) => {
  expect(matches(pattern, route)).toBe(fits)
})

it('the order of the parameters of a content type means nothing, and their values do', () => {
  const as = (contentType: string) => ({ status: 200, contentType, body: '' })
  const was = as('text/plain; version=0.0.4; charset=utf-8')
  expect(compareAnswers(was, as('text/plain; charset=utf-8;version=0.0.4'))).toEqual([])
  expect(compareAnswers(was, as('text/plain; charset=latin1; version=0.0.4'))).toHaveLength(1)
})
