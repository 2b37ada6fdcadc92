import { expect, it } from 'vitest'
import { bookCorpus, exchange } from '../../../test/support/corpus.js'
import { bodiesFor, withHints } from './bodies.js'

it('bodies are those of recorded writes of sibling routes, then one made from a row, then none', () => {
  const corpus = bookCorpus(
    exchange('POST /api/books', '/api/books', { title: 'x', shelf_id: 7 }),
    exchange('POST /api/other', '/api/other', { n: 1 }),
  )
  expect(bodiesFor('PUT /api/books/:id', corpus)).toEqual([
    { title: 'x', shelf_id: 7 },
    { shelf_id: 9, title: 'Emma', pages: 400 },
    { data: { shelf_id: 9, title: 'Emma', pages: 400 } },
    {},
  ])
  expect(bodiesFor('POST /api/unheard-of', corpus)).toEqual([{}])
})

it.each(['PATCH /patch-book/:id', 'PUT /api/updateBook/:id', 'POST /add_book'])(
  'a route whose path has the table’s name after another word gets its row: %s',
  (route) => {
    expect(bodiesFor(route, bookCorpus())).toContainEqual({ shelf_id: 9, title: 'Emma', pages: 400 })
  },
)

it.each([
  ['a key of a row', 'bookId', 'required', 31],
  ['a column', 'pages', 'required', 400],
  ['one of those allowed', 'die', "must be one of: 'd6', 'd8'", 'd6'],
  ['a number that is high enough', 'days', 'must be an integer greater than 4', 5],
  ['a text that is long enough', 'label', 'should have at least 12 characters', 'made up.....'],
  ['an address', 'to', 'is not a valid email', 'made@example.com'],
])('a required field gets %s', (_what, name, says, value) => {
  expect(withHints({}, [{ name, where: null, says }], bookCorpus(), 0)).toEqual({ [name]: value })
})

it('the next attempt names another row, and another kind of value if the refusal does not say which', () => {
  const at = (name: string, attempt: number) =>
    withHints({}, [{ name, where: null, says: 'invalid' }], bookCorpus(), attempt)[name]
  expect([0, 1, 2].map((attempt) => at('book_id', attempt))).toEqual([31, 30, 31])
  expect([0, 1, 2, 3, 4].map((attempt) => at('x', attempt))).toEqual(['made up', 1, true, [], {}])
})

it('a nested field is put where it belongs', () => {
  const says = 'must be boolean'
  expect(withHints({ a: { b: 1 } }, [{ name: 'a.c', where: null, says }], bookCorpus(), 0)).toEqual({
    a: { b: 1, c: true },
  })
})

it('a field that a refusal names is put into the envelope too, where the body has one', () => {
  const hint = { name: 'pages', where: null, says: 'is required' }
  expect(withHints({ data: {} }, [hint], bookCorpus(), 0)).toEqual({ data: { pages: 400 }, pages: 400 })
})
