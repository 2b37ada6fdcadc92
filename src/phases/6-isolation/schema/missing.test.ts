import pg from 'pg'
import { expect, it } from 'vitest'
import { asLogin } from '../../../../proof/checks/8-rollout/as-login.js'
import { freshDatabase } from '../../../../test/support/postgres.js'
import { parseConfig } from '../../../config/config.js'
import { ConfigError } from '../../../core/config-error.js'
import { migrateTo } from '../../../migrate.js'
import { assertTables } from '../../3-schema/migrated.js'
import { schema } from '../../3-schema/phase.js'
import { isolation } from '../phase.js'
import { assertOwnership, missingMigrations } from './missing.js'

const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { threads: { owner: 'user_id' } },
})

async function pile() {
  const database = await freshDatabase()
  await asLogin(database.url, async (client) => {
    await client.query('create table users (id serial primary key, username text)')
    await client.query('create table threads (id serial primary key, user_id int references users)')
    await client.query(`insert into users values (1, 'owner')`)
  })
  const missing = (dial: number) => asLogin(database.url, (client) => missingMigrations(client, config, dial))
  const start = (dial: number) =>
    asLogin(database.url, async (client) => {
      if (dial >= schema.number) await assertTables(client, dial)
      if (dial >= isolation.number) await assertOwnership(client, config, dial)
    })
  return { database, missing, start }
}

it('lets a start pass only when the database has what the dial needs', async () => {
  const { database, missing, start } = await pile()
  await expect(start(2)).resolves.toBeUndefined()
  await expect(start(3)).rejects.toThrow(ConfigError)
  await expect(start(3)).rejects.toThrow(/0301-users.*run: usertwo migrate up --to 3/s)

  await migrateTo(database, config, 3)
  await expect(start(5)).resolves.toBeUndefined()
  await expect(start(6)).rejects.toThrow('usertwo migrate up --to 6')

  await migrateTo(database, config, 6)
  expect(await missing(8)).toEqual([])
  await expect(start(8)).resolves.toBeUndefined()
})

it('sees what was taken away again, and tables that are new in the configuration', async () => {
  const { database, missing } = await pile()
  await migrateTo(database, config, 6)
  const admin = new pg.Client(database.adminUrl)
  await admin.connect()
  await admin.query('alter table threads no force row level security')
  await admin.end()
  expect((await missing(6)).join()).toContain('threads')
  const more = parseConfig({ ...config, tables: { ...config.tables, notes: { owner: 'user_id' } } })
  const found = await asLogin(database.url, (client) => missingMigrations(client, more, 6))
  expect(found.join()).toContain('notes: no such table')
})
