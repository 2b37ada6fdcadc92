import { expect, test } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import { withClient } from '../../../src/database/with-client.js'
import { migrateTo } from '../../../src/migrate.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import type { Gate } from '../../gate/gate.js'
import { sequencePastOwner } from './sequence-past-owner.js'
import { shape } from './shape.js'

test.each([
  ['users', 'id'],
  ['Users', 'userKey'],
  ['app users', 'Id'],
])('reads the schema of a users table called %s with the key %s', async (table, id) => {
  const database = await freshDatabase()
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table, id },
  })
  const found = await withClient(database.url, 'test', async (client) => {
    await client.query(`create table "${table}" ("${id}" serial primary key, name text);
      insert into "${table}" (name) values ('owner')`)
    await migrateTo(database, config, 3)
    const sql = async (text: string, values?: unknown[]) => (await client.query(text, values)).rows
    const gate = { config, database: { ...database, sql } } as unknown as Gate
    return [await shape.run(gate), await sequencePastOwner.run(gate)]
  })
  expect(found.map(({ problems }) => problems)).toEqual([[], []])
})

test.each([
  [
    'a users table whose e-mail address was always required keeps that constraint',
    `create table users (id serial primary key, email text not null unique);
      insert into users (email) values ('owner@example.com')`,
  ],
  [
    'is_admin of the app itself may be null, as the app has made it',
    `create table users (id serial primary key, is_admin boolean default false);
      insert into users default values`,
  ],
])('%s', async (_title, made) => {
  const database = await freshDatabase()
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
  })
  const { problems } = await withClient(database.url, 'test', async (client) => {
    await client.query(made)
    await migrateTo(database, config, 3)
    const sql = async (text: string, values?: unknown[]) => (await client.query(text, values)).rows
    return shape.run({ config, database: { ...database, sql } } as unknown as Gate)
  })
  expect(problems).toEqual([])
})
