import { expect, test } from 'vitest'
import { attackedTable } from '../../../test/support/attacked-table.js'
import { leaks, withMark } from './canary.js'

const canaries = new Map([
  ['cnryaaa', 'threads.title'],
  ['cnrybbb', 'threads.notes'],
])
const tables = [attackedTable('threads', { text: ['title', 'notes'] })]
const marked = (contentType: string, body: string | null) => withMark({ contentType, body }, tables, canaries)

test('a body is marked in its free texts, at any depth, and nowhere else', () => {
  const body = JSON.stringify({ title: 'a tale', format: 'a comic', items: [{ notes: 'so so' }], n: 1 })
  expect(JSON.parse(marked('application/json', body)!)).toEqual({
    title: 'a tale cnryaaa',
    format: 'a comic',
    items: [{ notes: 'so so cnrybbb' }],
    n: 1,
  })
})

test('a form is marked in the same fields, and its others stay as they are', () => {
  const sent = marked('application/x-www-form-urlencoded', 'title=a+tale&format=a+comic&title=two%26 more')
  expect([...new URLSearchParams(sent)]).toEqual([
    ['title', 'a tale cnryaaa'],
    ['format', 'a comic'],
    ['title', 'two& more cnryaaa'],
  ])
})

test('a word by itself may be one of the app’s, and what is neither JSON nor a form is left as it is', () => {
  expect(marked('application/json', '{"title":"completed"}')).toBe('{"title":"completed"}')
  expect(marked('text/csv', 'a tale')).toBe('a tale')
  expect(marked('application/json', '{"title":"a t')).toBe('{"title":"a t')
  expect(marked('application/json', null)).toBeUndefined()
})

test('a mark is found plain and in base64, with the column it stands for', () => {
  const answer = (body: string) => ({ status: 200, headers: {}, body, json: undefined, ms: 1 })
  const found = (body: string) => leaks(answer(body), canaries).map(({ place }) => place)
  expect(found('a tale cnryaaa')).toEqual(['threads.title'])
  expect(found(Buffer.from('{"notes":"so so cnrybbb"}').toString('base64'))).toEqual(['threads.notes'])
  expect(found('a tale')).toEqual([])
})
