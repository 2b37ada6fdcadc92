import express from 'express'
import pg from 'pg'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Clone } from '../../proof/postgres/throw-away.js'
import { parseConfig } from '../../src/config/config.js'
import { sharedSoFar } from '../../src/core/process/store.js'
import { withClient } from '../../src/database/with-client.js'
import { scope, usertwo } from '../../src/index.js'
import { migrateTo } from '../../src/migrate.js'
import { type Astray, astray } from '../support/astray.js'
import { freshDatabase } from '../support/postgres.js'

// A start from phase 6 tries on the real server whether a query bound to a user lasts.

const input = {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' } },
}
const ROWS = `select coalesce(sum((xpath('//n/text()', query_to_xml(
    format('select count(*) as n from %I.%I', n.nspname, c.relname), false, true, '')))[1]::text::int), 0)::int as n,
  count(*)::int as relations from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`

let database: Clone
beforeAll(async () => {
  database = await freshDatabase()
  await withClient(database.url, 'test', (client) =>
    client.query(`create table users (id serial primary key, username text not null unique);
      create table notes (id serial primary key, text text); insert into users (username) values ('owner')`),
  )
  await migrateTo(database, parseConfig(input), 6)
})
afterEach(() => vi.unstubAllEnvs())

/** Why a start is refused; null: it is not. */
async function refusal(url: string, dial = 6): Promise<(Error & { code?: string }) | null> {
  for (const [name, value] of Object.entries({
    ENVIRONMENT: 'development',
    DATABASE_URL: url,
    JWT_SECRET: 'q8Zr2mVx7Kp4Nw9Tc5Hb3Jf6Ld1Gs0Ya',
    USERTWO_PHASE: String(dial),
  }))
    vi.stubEnv(name, value)
  const wrapped = usertwo(express(), input)
  const refused = await wrapped.ready().then(
    () => null,
    (error: Error) => error,
  )
  await wrapped.dispose()
  return refused
}

const tried = () => sharedSoFar<{ tried: unknown }>('binding-lasts')?.tried

test('a start on a server that keeps what it says goes on, and leaves nothing behind', async () => {
  const count = () => withClient(database.url, 'test', async (client) => (await client.query(ROWS)).rows)
  const before = await count()
  expect(await refusal(database.url)).toBeNull()
  expect(tried()).toEqual(['pg of the toolkit'])
  expect(await count()).toEqual(before)
})

test('it is tried by the copy of pg that the app has scoped', async () => {
  const pool = scope(new pg.Pool({ connectionString: database.url }))
  expect(await refusal(database.url)).toBeNull()
  expect(tried()).toEqual([expect.stringMatching(/^pg \d+\.\d+\.\d+$/)])
  await pool.end()
})

test.each<[Astray, RegExp]>([
  ['left open', /it failed: The server answered a query and left its transaction open/],
  ['left open unsaid', /answered as done, and for others its transaction is in progress/],
  ['rolled back', /answered as done, and for others its transaction is aborted/],
  ['kept', /its user stayed on the connection: 1/],
  ['lost', /it ran as .+ for none, not as .+ for 1/],
])('a start is refused where the transaction of a text is %s', async (how, found) => {
  const proxy = await astray(database.url, how)
  const refused = await refusal(proxy.url)
  expect(refused).toMatchObject({ name: 'ScopeError', code: 'binding_does_not_last' })
  expect(refused!.message).toMatch(/Tried a statement without parameters on PostgreSQL \d+.* by pg /)
  expect(refused!.message).toMatch(found)
  expect(refused!.message).not.toContain(new URL(database.url).password)
  proxy.stop()
})

test('below phase 6 nothing is tried', async () => {
  const proxy = await astray(database.url, 'rolled back')
  expect(await refusal(proxy.url, 5)).toBeNull()
  proxy.stop()
})
