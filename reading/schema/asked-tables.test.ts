import { expect, test } from 'vitest'
import { fileParser } from '../syntax/sources.js'
import { askedTables } from './asked-tables.js'

test.each([
  ['select * from notes n join public.tags t on t.note_id = n.id', ['notes', 'tags']],
  ['insert into "Notes" (title) values ($1)', ['Notes']],
  ['select * from "contact list" order by id', ['contact list']],
  ['insert into "contact list" (name) values ($1)', ['contact list']],
  ['update "contact list" set name = $1 where id = $2', ['contact list']],
  ['delete from "my app"."contact list" where id = $1', ['contact list']],
  ['select * from generate_series(1, 2)', []],
  ['select extract(day from made) from notes', ['notes']],
])('the tables of %s', async (sql, names) => {
  const source = (await fileParser('.'))('db.js', `pool.query('${sql}')`)
  expect(askedTables([source]).map(({ name }) => name)).toEqual(names)
})
