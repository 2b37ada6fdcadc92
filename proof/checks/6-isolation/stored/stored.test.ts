import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/support/postgres.js'
import { openDatabase } from '../../../gate/gate-database.js'
import { storedBy, storedTable } from './stored.js'

let database: ReturnType<typeof openDatabase>
beforeAll(async () => {
  database = openDatabase(await freshDatabase())
  await database.sql(`create table entries (id serial primary key, user_id int, made_by int, text text, doc jsonb);
    create table lines (id uuid, entry_id int references entries, day date, unique (id));
    insert into entries (user_id, made_by, text, doc) values (1, 1, repeat('ab', 3000), 'null'), (2, 2, 'theirs', null), (null, 1, 'old', null);
    insert into lines values (null, 1, '2026-01-05')`)
})
afterAll(() => database?.close())

test('the owner, other users and what is numbered are known of each column', async () => {
  const entries = await storedTable(database, { name: 'entries', owner: 'user_id', people: ['made_by'] })
  expect(entries).toMatchObject({ columns: ['doc', 'id', 'text'], counted: new Map([['id', 'entries.id']]) })
  const lines = await storedTable(database, { name: 'lines', owner: 'user_id', people: [] })
  expect(lines).toMatchObject({
    columns: ['day', 'entry_id', 'id'],
    counted: new Map([['entry_id', 'entries.id']]),
  })
})

test('rows of one user and of none are read, JSON null apart from null, and a long text by its hash', async () => {
  const tables = [
    await storedTable(database, { name: 'entries', owner: 'user_id', people: ['made_by'] }),
    await storedTable(database, { name: 'lines', owner: 'user_id', people: [] }),
  ]
  const [entries, lines] = await storedBy(database, tables, 1)
  expect(entries).toEqual({
    count: 2,
    rows: [
      ['null', '1', expect.stringMatching(/^#6000 [0-9a-f]{32}$/)],
      [null, '3', 'old'],
    ],
  })
  expect(lines).toEqual({ count: 1, rows: [['2026-01-05', '1', null]] })
})
