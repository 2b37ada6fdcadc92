import knex from 'knex'
import { expect, test } from 'vitest'
import type { Raw } from '../knex/knex-internals.js'
import { filledIn } from './raw-text.js'

const db = knex({ client: 'pg' })

/** The text as knex sends it, with one mark for every value. */
const sent = (raw: { toSQL(): { toNative(): { sql: string } } }) =>
  raw.toSQL().toNative().sql.replace(/\$\d+/g, '$1')

test.each<[string, unknown]>([
  ['n = ? and ?? = ?', [1, 'n', 2]],
  ['n \\? ? and ?', [1, 2]],
  ['?? in (?)', [['a', 's.b'], db.raw('select ??', ['c'])]],
  ['?', [db.raw('(?, ?)', [1, db.raw('now()')])]],
  ['select ??', 'threads'],
  ['select ?', 7],
  ['n = :n and :name: = :n', { n: 1, name: 's.t' }],
  ['n = :n::int and m = :m', { n: 1, m: db.raw('??', ['x']) }],
  ['n = \\:n and m = :n', { n: 1 }],
  ['n = :missing and m = :n', { n: 1 }],
  ['select now()', undefined],
])('is the text that knex sends: %s, %j', (sql, bindings) => {
  const raw = bindings === undefined ? db.raw(sql) : db.raw(sql, bindings as never)
  expect(filledIn(raw as unknown as Raw)).toBe(sent(raw as never))
})
