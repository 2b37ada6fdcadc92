import express from 'express'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../../../src/config/config.js'
import { type Served, served } from '../../../../test/support/app-gate.js'
import { freshDatabase } from '../../../../test/support/postgres.js'
import type { Gate } from '../../../gate/gate.js'
import type { Exchange } from '../../../gate/traffic/exchange.js'
import type { Clone } from '../../../postgres/throw-away.js'
import { chosenInBareApp } from './chosen.js'

let pool: pg.Pool
let start: () => Promise<Served>
let clone: Clone
beforeAll(async () => {
  clone = await freshDatabase()
  pool = new pg.Pool({ connectionString: clone.url })
  await pool.query(`create table users (id serial primary key);
    create table tags (name text primary key, user_id integer);
    create table cards (id serial primary key, title text, user_id integer);
    create table folders (path text primary key, user_id integer);
    insert into tags values ('web', 1), ('print', 1); insert into folders values ('work', 1)`)
  const app = express().use(express.json())
  const answer = (res: express.Response, count: number | null) => void res.status(count ? 200 : 404).json({})
  app.put('/tags/:name', async ({ params, body }, res) =>
    answer(
      res,
      (await pool.query('update tags set name = $2 where name = $1', [params.name, body.name])).rowCount,
    ),
  )
  app.patch('/folders/:path', async ({ params, body }, res) =>
    answer(
      res,
      (await pool.query('update folders set path = $2 where path = $1', [params.path, body.path])).rowCount,
    ),
  )
  app.put('/marks/:name', async ({ params }, res) =>
    answer(
      res,
      (await pool.query('insert into tags values ($1, 1) on conflict do nothing', [params.name])).rowCount ??
        1,
    ),
  )
  app.post('/cards', async ({ body }, res) =>
    answer(
      res,
      (
        await pool.query(
          `insert into cards (id, title) values (coalesce($1::int, nextval('cards_id_seq')), $2)`,
          [body.id ?? null, body.title],
        )
      ).rowCount,
    ),
  )
  start = () => served(app)
})
afterAll(async () => {
  await pool?.end()
})

const write = (method: string, path: string, route: string, body: object): Exchange => ({
  ...{ method, path, route: `${method} ${route}` },
  request: { contentType: 'application/json', body: JSON.stringify(body) },
  response: { status: 200, contentType: 'application/json', body: '{}' },
})

const found = (day: Exchange[]) => {
  const config = parseConfig({
    app: { start: ['node', 'a.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    tables: { tags: { owner: 'user_id' }, folders: { owner: 'user_id' }, cards: { owner: 'user_id' } },
  })
  const gate = {
    config,
    database: { sql: async (text: string, values?: unknown[]) => (await pool.query(text, values)).rows },
    unmigrated: async () => clone,
    app: start,
    signal: new AbortController().signal,
  } as unknown as Gate
  return chosenInBareApp(gate, day)
}

test('a request that gives a row another key chooses no key of a new row', async () => {
  const chosen = await found([
    write('PUT', '/tags/web', '/tags/:name', { name: 'net' }),
    write('PATCH', '/folders/work', '/folders/:path', { path: 'home' }),
    write('PUT', '/marks/urgent', '/marks/:name', { colour: 'red' }),
  ])
  expect(chosen.map(({ write: { route }, table }) => `${route} ${table.name}`)).toEqual([
    'PUT /marks/:name tags',
  ])
})

test('a route is tried with each set of members: a key that may be left out is given by the second request', async () => {
  const day = [
    write('POST', '/cards', '/cards', { title: 'one' }),
    write('POST', '/cards', '/cards', { title: 'two' }),
    write('POST', '/cards', '/cards', { id: 77, title: 'three' }),
  ]
  const chosen = await found(day)
  expect(chosen.map(({ table, earlier }) => [table.name, earlier])).toEqual([['cards', day.slice(0, 2)]])
})
