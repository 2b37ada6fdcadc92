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
let target: Served
let clone: Clone
beforeAll(async () => {
  clone = await freshDatabase()
  pool = new pg.Pool({ connectionString: clone.url })
  await pool.query(`create table users (id serial primary key);
    create table tags (name text primary key, user_id integer);
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
  target = await served(app)
})
afterAll(async () => {
  await target?.stop()
  await pool?.end()
})

const write = (method: string, path: string, route: string, body: object): Exchange => ({
  ...{ method, path, route: `${method} ${route}` },
  request: { contentType: 'application/json', body: JSON.stringify(body) },
  response: { status: 200, contentType: 'application/json', body: '{}' },
})

test('a request that gives a row another key chooses no key of a new row', async () => {
  const config = parseConfig({
    app: { start: ['node', 'a.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    tables: { tags: { owner: 'user_id' }, folders: { owner: 'user_id' } },
  })
  const gate = {
    config,
    database: { sql: async (text: string, values?: unknown[]) => (await pool.query(text, values)).rows },
    unmigrated: async () => clone,
    app: async () => target,
    signal: new AbortController().signal,
  } as unknown as Gate
  const found = await chosenInBareApp(gate, [
    write('PUT', '/tags/web', '/tags/:name', { name: 'net' }),
    write('PATCH', '/folders/work', '/folders/:path', { path: 'home' }),
    write('PUT', '/marks/urgent', '/marks/:name', { colour: 'red' }),
  ])
  expect(found.map(({ write: { route }, table }) => `${route} ${table.name}`)).toEqual([
    'PUT /marks/:name tags',
  ])
})
