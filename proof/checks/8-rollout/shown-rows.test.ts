import { expect, test } from 'vitest'
import { alsoShown, shownIn } from './shown-rows.js'

const rows = [
  { id: 1, task: 'Water the plants' },
  { id: 2, task: 'Call Anna' },
]
const answer = (json: unknown) => ({ json, body: JSON.stringify(json) })
const page = (body: string) => ({ json: undefined, body })
const texts = { texts: ['Water the plants', 'Call Anna', "Anna's lamp"], least: 2 }

test('rows are found in a list, in an envelope, and in a list within a row', () => {
  for (const json of [
    rows,
    { status: 'ok', rows },
    { data: { page: 1, items: rows } },
    [{ id: 9, notes: rows }],
  ])
    expect(alsoShown(shownIn(answer(json), texts), shownIn(answer({ rows }), texts))).toBe(2)
})

test('finds no row of the owner in another user’s empty envelope', () => {
  expect(alsoShown(shownIn(answer({ rows }), texts), shownIn(answer({ rows: [] }), texts))).toBe(0)
})

test('ignores a nested list without a text of the owner', () => {
  expect(shownIn(answer({ dice: [{ sides: 4 }, { sides: 6 }] }), texts).items.size).toBe(0)
})

test('a page is searched for the texts of the rows, escaped ones too', () => {
  const owners = shownIn(page('<li>Water the plants<li>Anna&#39;s lamp'), texts)
  expect(owners.items.size).toBe(2)
  expect(alsoShown(owners, owners)).toBe(2)
})

test('does not count a word of the page itself as a shown row', () => {
  const owners = shownIn(page('<h1>Call Anna</h1><li>Water the plants<li>Anna&#39;s lamp'), texts)
  expect(alsoShown(owners, shownIn(page('<h1>Call Anna</h1>'), texts))).toBe(0)
})

test('counts only rows with a text of the owner in a mixed list', () => {
  const mixed = answer([...rows, { id: 3, task: 'Any kind' }])
  expect(shownIn(mixed, texts).items.size).toBe(3)
  expect(shownIn(mixed, texts, true).items.size).toBe(2)
})

test('takes a single text in a page for a row only where it is known to be one', () => {
  const one = page('<h1>Call Anna</h1>')
  expect(shownIn(one, texts).items.size).toBe(0)
  expect(shownIn(one, { ...texts, least: 1 }).items.size).toBe(1)
})
