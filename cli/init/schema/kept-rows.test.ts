import pg from 'pg'
import { expect, test } from 'vitest'
import { catalogOf } from '../../../proof/inventory/look.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { keptRows } from './kept-rows.js'

const TABLES = `
  create table entries (id uuid primary key default gen_random_uuid(), title text, tags jsonb, day timestamptz);
  create table files (entry_id uuid references entries, number serial, content bytea, size int generated always as (length(content)) stored,
    primary key (entry_id, number));
  create table kinds (id serial primary key, name text)`
const ROWS = `
  with made as (insert into entries (title, tags, day) values ('it''s \\ one', '["a"]', '2026-01-01 12:00+02') returning id)
    insert into files (entry_id, content) select id, '\\x00ff' from made;
  insert into kinds (name) values ('one'), (null)`

async function seeded(...statements: string[]) {
  const { adminUrl } = await freshDatabase()
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  for (const text of statements) await client.query(text)
  const sql = async <Row>(text: string) => (await client.query(text)).rows as Row[]
  return { adminUrl, sql, end: () => client.end() }
}

const ALL = `select id, title, tags, day::text, content, number, size from entries join files on entry_id = id`

test('rows whose keys are others each time are written down, and are the same where that is run', async () => {
  const [first, second, bare] = [await seeded(TABLES, ROWS), await seeded(TABLES, ROWS), await seeded(TABLES)]
  const text = await keptRows(await catalogOf(first.adminUrl), first, async () => second)
  await bare.sql(text)
  expect(await bare.sql(ALL)).toEqual(await first.sql(ALL))
  expect(await bare.sql('select * from kinds order by id')).toEqual(
    await first.sql('select * from kinds order by id'),
  )
  expect(await bare.sql(`insert into kinds (name) values ('next') returning id`)).toEqual([{ id: 3 }])
  for (const { end } of [first, second, bare]) await end()
})

test('rows whose keys are the same each time are left to the app', async () => {
  const named = `insert into entries (id) values ('0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88')`
  const [first, second] = [await seeded(TABLES, named), await seeded(TABLES, named)]
  expect(await keptRows(await catalogOf(first.adminUrl), first, async () => second)).toBe('')
  for (const { end } of [first, second]) await end()
})
