import { expect, test } from 'vitest'
import { withClient } from '../../src/database/with-client.js'
import { freshDatabase } from '../../test/support/postgres.js'
import { readersOf, tableAsked } from './route-reads.js'

test('a statement that reads a table through a view or a function reads a table', async () => {
  const { adminUrl } = await freshDatabase()
  const readers = await withClient(adminUrl, 'test', async (client) => {
    await client.query(`create schema stats; create table notes (id serial primary key, text text);
      create view note_totals as select count(*) from notes;
      create materialized view stats.days as select 1 as day;
      create function count_notes() returns bigint language sql as 'select count(*) from notes'`)
    return readersOf({ sql: async <Row>(text: string) => (await client.query(text)).rows as Row[] })
  })
  expect(readers.sort()).toEqual(['count_notes', 'days', 'note_totals'])
  const asked = (text: string) => tableAsked([{ text }], ['notes', ...readers])
  expect(asked('select * from note_totals')).toBe('note_totals')
  expect(asked('select * from "stats"."days"')).toBe('days')
  expect(asked('select count_notes()')).toBe('count_notes')
  expect(asked('select now()')).toBeUndefined()
})
