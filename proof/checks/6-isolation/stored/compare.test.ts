import { expect, test } from 'vitest'
import { compareStored } from './compare.js'
import type { StoredRow, StoredTable } from './stored.js'

const table: StoredTable = {
  name: 'entries',
  owner: 'user_id',
  columns: ['amount', 'id', 'made', 'ref', 'text'],
  counted: new Map([['id', 'entries.id']]),
}
const BEGAN = Date.UTC(2026, 2, 1, 12)
const KNOWN = '5b1f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b10'
const [A, B] = ['7ffcbb7b-3912-4a2e-b646-6b27c3f41c2a', '01d6c1ab-27a4-4e61-8a4e-0d6b9f3f5c77']

const at = (seconds: number) =>
  new Date(BEGAN + seconds * 1_000).toISOString().replace('T', ' ').replace('Z', '+00')
const row = (
  id: string,
  made: string,
  ref: string,
  text = 'rent',
  amount: string | null = '1.50',
): StoredRow => [amount, id, made, ref, text]
/** The second replay began five minutes after the first. */
const compared = (expected: StoredRow[], got: StoredRow[]) =>
  compareStored(
    [table],
    { stored: [{ rows: expected, count: expected.length }], began: BEGAN },
    { stored: [{ rows: got, count: got.length }], began: BEGAN + 300_000 },
    (text) => text === KNOWN,
  )

test.each<[string, StoredRow, StoredRow]>([
  ['the number of a sequence', row('7', 'x', 'r'), row('1000007', 'x', 'r')],
  ['the moment of a row', row('7', at(1), 'r'), row('7', at(304), 'r')],
  ['a moment in a week', row('7', at(604_801), 'r'), row('7', at(605_102), 'r')],
  ['a moment as a number', row('7', String(BEGAN + 10), 'r'), row('7', String(BEGAN + 300_500), 'r')],
  ['a random key', row('7', 'x', A), row('7', 'x', B)],
  ['a token', row('7', 'x', 'V1StGXR8_Z5jdHi6B-myT'), row('7', 'x', 'Qm9vIHRoZSBjYXQhCg-_x')],
  ['a random key in JSON', row('7', 'x', `{"id": "${A}"}`), row('7', 'x', `{"id": "${B}"}`)],
])('%s may differ', (_, expected, got) => {
  expect(compared([row('1', 'x', 'other'), expected], [got, row('1', 'x', 'other')])).toEqual([])
})

test.each<[string, StoredRow[], StoredRow[]]>([
  ['a row is missing', [row('1', 'x', 'r'), row('2', 'x', 'r')], [row('1', 'x', 'r')]],
  ['a row came twice', [row('1', at(1), A)], [row('1', at(301), B), row('2', at(301), B)]],
  ['a text is cut', [row('1', 'x', 'r', 'a long text')], [row('1', 'x', 'r', 'a')]],
  ['a text becomes another', [row('1', 'x', 'r', 'a house')], [row('1', 'x', 'r', 'a mouse')]],
  ['a number loses its scale', [row('1', 'x', 'r', 't', '1.50')], [row('1', 'x', 'r', 't', '1.5')]],
  ['a value is lost', [row('1', 'x', 'r', 't')], [row('1', 'x', 'r', 't', null)]],
  ['null in JSON becomes null', [row('1', 'x', 'r', 't', 'null')], [row('1', 'x', 'r', 't', null)]],
  ['a key that a request gives is replaced', [row('1', 'x', KNOWN)], [row('1', 'x', B)]],
  [
    'a moment is moved by an hour',
    [row('1', '2026-01-05 08:00:00+00', 'r')],
    [row('1', '2026-01-05 09:00:00+00', 'r')],
  ],
  ['a new moment stays as it was', [row('1', at(1), 'r')], [row('1', at(-5), 'r')]],
  [
    'two rows swap a value',
    [row('1', 'x', 'r', 'a'), row('2', 'x', 's', 'b')],
    [row('1', 'x', 'r', 'b'), row('2', 'x', 's', 'a')],
  ],
])('%s is a difference', (_, expected, got) => {
  expect(compared(expected, got)[0]).toMatchObject({ table: 'entries' })
})

test('a difference shows what names the row and what differs, next to the nearest row', () => {
  const rows = [row('1', 'x', 'r-1', 'one', '1'), row('2', 'x', 'r-2', 'two', '2')]
  expect(compared(rows, [rows[0]!, row('2', 'x', 'r-2', 't', '2')])).toEqual([
    { table: 'entries', expected: 'amount: "2", text: "two"', got: 'amount: "2", text: "t"' },
  ])
  expect(compared(rows.slice(0, 1), rows)).toEqual([
    { table: 'entries', expected: null, got: 'amount: "2", id: "2", made: "x", ref: "r-2", text: "two"' },
  ])
})

const stars: StoredTable = {
  ...table,
  name: 'stars',
  columns: ['id', 'key'],
  counted: new Map([['id', 'stars.id']]),
}
const log: StoredTable = {
  ...stars,
  name: 'star_log',
  columns: ['star', 'key'],
  counted: new Map([['star', 'stars.id']]),
}

test.each<[string, StoredRow[], number]>([
  [
    'refer to the same rows',
    [
      ['8', B],
      ['9', A],
    ],
    0,
  ],
  [
    'refer to one row twice',
    [
      ['8', B],
      ['8', A],
    ],
    2,
  ],
  [
    'have the key of one row twice',
    [
      ['8', B],
      ['9', B],
    ],
    1,
  ],
])('rows that %s', (_, got, differences) => {
  const of = (first: StoredRow[], second: StoredRow[], began: number) => ({
    stored: [first, second].map((rows) => ({ rows, count: rows.length })),
    began,
  })
  const expected = of(
    [
      ['1', 'x'],
      ['2', 'y'],
      ['3', 'z'],
    ],
    [
      ['1', KNOWN],
      ['2', A],
      ['3', B],
    ],
    BEGAN,
  )
  const now = of(
    [
      ['1', 'x'],
      ['8', 'y'],
      ['9', 'z'],
    ],
    [['1', KNOWN], ...got],
    BEGAN,
  )
  expect(compareStored([stars, log], expected, now, (text) => text === KNOWN)).toHaveLength(differences)
})

test('of a table with too many rows the number is compared', () => {
  const of = (count: number) => ({ stored: [{ rows: null, count }], began: BEGAN })
  expect(compareStored([table], of(30_000), of(30_000), () => false)).toEqual([])
  expect(compareStored([table], of(30_000), of(29_999), () => false)).toEqual([
    { table: 'entries', expected: '30000 rows', got: '29999 rows' },
  ])
})
