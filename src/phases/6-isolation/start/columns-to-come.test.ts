import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/support/postgres.js'
import { pgVersion } from '../../../../test/support/shared-tables.js'
import { parseConfig } from '../../../config/config.js'
import { migrateTo } from '../../../migrate.js'
import { attach } from '../connection/attach.js'
import { readEnforcement } from './enforcement.js'

const config = parseConfig({
  app: { start: ['node', 'app.js'] },
  owner: { id: 1 },
  users: { table: 'users', id: 'id' },
  tables: { notes: { owner: 'user_id' }, shelves: { owner: 'user_id' } },
})

let client: pg.Client
let detach: () => void
beforeAll(async () => {
  const database = await freshDatabase()
  client = new pg.Client(database.url)
  await client.connect()
  await client.query(`create table users (id serial primary key, username text unique);
    create table notes (id serial primary key, gone text, text text);
    alter table notes drop column gone;
    create table shelves (id serial primary key, user_id int not null default 1 references users);
    insert into users values (1, 'one');
    insert into notes values (1, 'a');
    insert into shelves values (1, 1)`)
  // A process at dial 2 that runs on while its successors are deployed.
  const { connection } = await readEnforcement(client, config, 2)
  await client.end()
  detach = attach(pg, pgVersion, () => connection)
  client = new pg.Client(database.url)
  await client.connect()
  await migrateTo(database, config, 6)
})
afterAll(async () => {
  detach()
  await client.end()
})

// The default of an owner column is its current user.
const rowsOf = async (text: string) => {
  await client.query(`set usertwo.user_id = '1'`)
  return (await client.query(text)).rows
}

test('a process hides the columns that a migration adds while it runs', async () => {
  expect(await rowsOf('select * from users')).toEqual([{ id: 1, username: 'one' }])
  expect(await rowsOf('select * from notes')).toEqual([{ id: 1, text: 'a' }])
  expect(await rowsOf(`insert into notes (text) values ('b') returning *`)).toEqual([{ id: 2, text: 'b' }])
})

test('it shows one that the query names, and the app’s own', async () => {
  expect(await rowsOf('select user_id from notes where id = 1')).toEqual([{ user_id: 1 }])
  expect(await rowsOf('select * from shelves')).toEqual([{ id: 1, user_id: 1 }])
  await client.query('alter table notes add column mood text')
  expect(await rowsOf('select * from notes where id = 1')).toEqual([{ id: 1, text: 'a', mood: null }])
})
