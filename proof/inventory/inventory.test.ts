import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, it } from 'vitest'
import { tablesOf, unclassified } from '../../reading/schema/tables.js'
import { parseConfig } from '../../src/config/config.js'
import { freshDatabase } from '../../test/support/postgres.js'
import { buildInventory, routeEntries } from './inventory.js'
import { drift, readInventory, writeInventory } from './lock-file.js'
import { catalogOf } from './look.js'

const PILE = new URL('../../examples/comic-pile/', import.meta.url).pathname
const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { threads: { owner: 'user_id' }, events: { owner: 'user_id' } },
})

const SCHEMA = `
create table users (id serial primary key);
create table threads (id serial primary key, user_id int not null references users);
create table events (id serial primary key, thread_id int references threads on delete cascade);
create table notes (id serial primary key, event_id int references events);
create table words (word text);
create table knex_migrations (id int);`

async function catalog() {
  const { url } = await freshDatabase()
  const client = new pg.Client(url)
  await client.connect()
  await client.query(SCHEMA)
  await client.end()
  return catalogOf(url)
}

it('says how each table leads to its owner, and which tables are not classified', async () => {
  const tables = tablesOf(await catalog(), config)
  const facts = tables.map(({ name, access, reaches }) => [name, access, reaches])
  expect(facts).toEqual([
    ['events', 'private', 'thread_id → threads.user_id → users'],
    ['knex_migrations', 'bookkeeping', null],
    ['notes', null, 'event_id → events.thread_id → threads.user_id → users'],
    ['threads', 'private', 'user_id → users'],
    ['users', 'self', null],
    ['words', null, null],
  ])
  expect(unclassified(tables).map(({ name }) => name)).toEqual(['notes', 'words'])
  expect(tables[0]).toMatchObject({ foreignKeys: ['thread_id → threads(id) on delete cascade'] })
})

it('gives the same inventory twice, and says what changed since it was written', async () => {
  const { routes } = readInventory(PILE)
  const seen = { folder: PILE, config, routes, mounts: [], catalog: await catalog(), traffic: [] }
  const first = await buildInventory(seen)
  expect(JSON.stringify(await buildInventory(seen))).toBe(JSON.stringify(first))

  const folder = mkdtempSync(join(tmpdir(), 'usertwo-inventory-'))
  expect(() => readInventory(folder)).toThrow('usertwo inventory --write')
  writeInventory(folder, first)
  expect(drift(readInventory(folder), first)).toEqual([])
  const [one, ...others] = routes
  const changed = await buildInventory({ ...seen, routes: [...others, { ...one!, path: '/new' }] })
  expect(drift(first, changed).filter((line) => line.includes('routes'))).toEqual([
    expect.stringMatching(/^\+ routes .*"\/new"/),
    expect.stringMatching(/^- routes .*"\/health"/),
  ])
  const at = (line: number) => ({
    ...first,
    mounts: [{ path: '/files', at: `server.js:${line}`, folder: 'files' }],
  })
  expect(drift(at(12), at(13))).toEqual([])
  const twice = { ...at(12), mounts: [...at(12).mounts, ...at(13).mounts] }
  expect(drift(at(12), twice)).toEqual(['+ mounts {"path":"/files","at":"server.js:13","folder":"files"}'])
  rmSync(folder, { recursive: true })
})

it('knows the media types of recorded answers, but not of failed ones', () => {
  const exchange = (status: number, contentType: string) => ({
    method: 'GET',
    path: '/x',
    route: 'GET /x',
    request: { contentType: null, body: null },
    response: { status, contentType, body: '' },
  })
  const traffic = [exchange(200, 'text/html; charset=utf-8'), exchange(404, 'application/json')]
  expect(routeEntries([{ method: 'GET', path: '/x', at: 'a.js:1' }], traffic)[0]!.answers).toEqual([
    'text/html',
  ])
})
