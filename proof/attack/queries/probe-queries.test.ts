import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { ownedTables } from '../fixture/rows.js'
import { attemptsOn } from './attempts.js'
import { probeTable } from './probe-queries.js'

const [OWNER, OTHER] = [1, 2]
const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: OWNER },
  users: { table: 'users' },
  tables: {
    settings: { owner: 'user_id' },
    days: { owner: 'user_id' },
    flags: { owner: 'user_id' },
  },
})

let client: pg.Client
const database = {
  sql: async <Row>(text: string, values?: unknown[]) => (await client.query(text, values)).rows as Row[],
}

beforeAll(async () => {
  client = new pg.Client({ connectionString: (await freshDatabase()).adminUrl })
  await client.connect()
  await client.query(`
    create table users (id int primary key);
    create table settings (one boolean default true check (one), vat int, user_id int, primary key (user_id, one));
    create table days (day date, mood int, user_id int, primary key (user_id, day));
    create table flags (is_on boolean, user_id int, primary key (user_id, is_on));
    insert into settings (vat, user_id) values (19, 1), (7, 2);
    insert into days values ('2026-05-01', 4, 1), ('2026-05-02', 3, 1), ('2026-05-01', 2, 2);
    insert into flags values (true, 1), (false, 2)`)
})
afterAll(() => client?.end())

test('a table is probed by a key that the caller has no row under, of whatever type it is', async () => {
  const tables = await ownedTables(database, config)
  const probes = await Promise.all(
    tables.map((table) => probeTable({ database, config }, table, OWNER, OTHER)),
  )
  // The one row of the settings has the same key for each user: a change of it would be one of the caller's own.
  expect(
    probes.map((probe) => probe && [probe.name, probe.theirs[probe.key], probe.mine[probe.key]]),
  ).toEqual([null, ['days', '2026-05-02', '2026-05-01'], ['flags', true, false]])
  const orders = { config: {}, other: OTHER, owner: OWNER, tables: [] }
  for (const probe of probes) if (probe) expect(attemptsOn(probe, orders).length).toBeGreaterThan(3)
})
