import { expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/support/postgres.js'
import { parseConfig } from '../../../config/config.js'
import { withClient } from '../../../database/with-client.js'
import { migrateTo } from '../../../migrate.js'
import { recordedGoProblem } from './recorded-go.js'

const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id', unique: ['notes_slug_key'] } },
})

test('a GO that does not count names the uniques that wait for the contract, until it has run', async () => {
  const database = await freshDatabase()
  await withClient(database.url, 'test', (client) =>
    client.query(`create table users (id serial primary key);
      create table notes (id serial primary key, slug text unique, user_id int references users);
      insert into users default values`),
  )
  const said = (why: string | null) =>
    withClient(database.url, 'test', (client) => recordedGoProblem(client, { problem: () => why }, config, 6))
  await migrateTo(database, config, 6)
  expect(await said('the schema has changed since the recorded GO: table public.notes (changed)')).toMatch(
    /notes \(changed\); notes_slug_key still holds for all users together: run usertwo migrate up --contract/,
  )
  expect(await said(null)).toBeNull()
  await migrateTo(database, config, 6, { contract: true })
  expect(await said('the schema has changed')).toBe('the schema has changed')
})
