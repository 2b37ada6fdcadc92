// A database and a record that usertwo 0.1.0 has made at dial 8: 0.1.0.sql is its dump (pg_dump --inserts).
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseConfig } from '../src/config/config.js'
import { ensureRequestRole, requestRoleOf } from '../src/database/login.js'
import { withClient } from '../src/database/with-client.js'
import { migrateTo } from '../src/migrate.js'
import { recordedGoProblem } from '../src/phases/6-isolation/start/recorded-go.js'
import { recordAtStart } from '../src/record/at-start.js'
import { freshDatabase } from './support/postgres.js'

const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { boards: { owner: 'user_id' }, cards: { owner: 'user_id' } },
})
const fixture = (name: string) => fileURLToPath(new URL(`upgrade/${name}`, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'usertwo-upgrade-'))
let database: Awaited<ReturnType<typeof freshDatabase>>

beforeAll(() => cpSync(fixture('usertwo.gate.json'), join(folder, 'usertwo.gate.json')))
afterAll(() => rmSync(folder, { recursive: true }))

beforeEach(async () => {
  database = await freshDatabase()
  const { username, pathname } = new URL(database.url)
  const names: Record<string, string> = { login: username, 'request role': requestRoleOf(pathname.slice(1)) }
  await withClient(database.adminUrl, 'test', async (client) => {
    await ensureRequestRole(client, { database: pathname.slice(1), login: username })
    const dump = readFileSync(fixture('0.1.0.sql'), 'utf8')
    await client.query(dump.replace(/\{\{(.+?)\}\}/g, (_, name: string) => names[name]!))
  })
})

/** Why the record of 0.1.0 does not open registration. */
const problem = () => {
  const record = recordAtStart(8, { ENVIRONMENT: 'production', USERTWO_DATA: folder }, folder)
  return withClient(database.url, 'test', (client) => recordedGoProblem(client, record, config, 8))
}
const asAdmin = (sql: string) => withClient(database.adminUrl, 'test', (client) => client.query(sql))

describe('a database and a record of 0.1.0', () => {
  test('its record counts before it is migrated, and after, however often', async () => {
    expect(await problem()).toBeNull()
    await migrateTo(database, config, 8)
    expect(await problem()).toBeNull()
    await migrateTo(database, config, 8)
    expect(await problem()).toBeNull()
  })

  test('its record counts although later versions change what usertwo has added', async () => {
    await migrateTo(database, config, 8)
    await asAdmin(`create index usertwo_more on boards (user_id, title);
      alter policy usertwo_system on boards using (true)`)
    expect(await problem()).toBeNull()
  })

  test.each([
    'alter table cards add column due date',
    'drop view titles',
    'create policy mine on cards for select using (true)',
    'alter table boards alter column title drop not null',
  ])('its record does not count once the app’s own schema has changed: %s', async (change) => {
    await migrateTo(database, config, 8)
    await asAdmin(change)
    expect(await problem()).toMatch(
      /the schema is not the one of the recorded GO, which usertwo 0\.1\.0 made/,
    )
  })

  test('its record does not count for another configuration', async () => {
    await migrateTo(database, config, 8)
    const other = { ...config, owner: { id: 2 } }
    const record = recordAtStart(8, { ENVIRONMENT: 'production', USERTWO_DATA: folder }, folder)
    const said = withClient(database.url, 'test', (client) => recordedGoProblem(client, record, other, 8))
    expect(await said).toBe('the configuration has changed since the recorded GO')
  })
})
