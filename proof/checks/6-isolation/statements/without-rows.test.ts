import express from 'express'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../../../src/config/config.js'
import { type Served, served } from '../../../../test/support/app-gate.js'
import { attackedTable } from '../../../../test/support/attacked-table.js'
import { freshDatabase } from '../../../../test/support/postgres.js'
import type { Gate } from '../../../gate/gate.js'
import type { Exchange } from '../../../gate/traffic/exchange.js'
import type { Clone } from '../../../postgres/throw-away.js'
import { failingWithoutRows } from './without-rows.js'

let pool: pg.Pool
let target: Served
let clone: Clone
const sent: { text: string }[] = []
beforeAll(async () => {
  clone = await freshDatabase()
  pool = new pg.Pool({ connectionString: clone.url })
  const query = (text: string, values?: unknown[]) => {
    sent.push({ text })
    return pool.query(text, values)
  }
  await pool.query(`create table counters (name text primary key, value int default 0);
    create table numbers (kind text primary key, last int default 0);
    create table stars (name text primary key, n int default 0);
    create table marks (id serial primary key, text text);
    insert into counters (name) values ('done'); insert into numbers (kind) values ('bill'); insert into stars (name) values ('a');
    insert into marks (text) values ('first')`)
  const app = express().use(express.json())
  app.post('/done', async (_, res) => {
    const { rows } = await query("update counters set value = value + 1 where name = 'done' returning value")
    res.json({ value: rows[0].value })
  })
  app.post('/bills', async (_, res) => {
    const { rows } = await query('UPDATE "numbers" SET last = last + 1 WHERE kind = $1 RETURNING last', [
      'bill',
    ])
    res.json({ last: rows[0]?.last ?? null })
  })
  app.put('/numbers/:kind', async ({ params }, res) => {
    const { rows } = await query('update numbers set last = 7 where kind = $1 returning last', [params.kind])
    res.json({ last: rows[0].last })
  })
  app.post('/stars', async (_, res) => {
    await query("insert into stars (name) values ('a') on conflict do nothing")
    const { rows } = await query("update stars set n = n + 1 where name = 'a' returning n")
    res.json({ n: rows[0].n })
  })
  app.use((_error: unknown, _req: express.Request, res: express.Response, _next: unknown) =>
    res.sendStatus(500),
  )
  target = await served(app)
})
afterAll(async () => {
  await target?.stop()
  await pool?.end()
})

const write = (method: string, path: string, route = path): Exchange => ({
  ...{ method, path, route: `${method} ${route}` },
  request: { contentType: 'application/json', body: '{}' },
  response: { status: 200, contentType: 'application/json', body: '{}' },
})

test('a request that needs rows that no request makes is named, unless it names one or makes it itself', async () => {
  const config = parseConfig({
    app: { start: ['node', 'a.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
  })
  const gate = {
    config,
    unmigrated: async () => clone,
    recording: async () => [
      write('POST', '/done'),
      write('POST', '/bills'),
      write('PUT', '/numbers/bill', '/numbers/:kind'),
      write('POST', '/stars'),
    ],
    app: async () => ({ ...target, statements: async () => sent.splice(0), stop: async () => {} }),
    signal: new AbortController().signal,
  } as unknown as Gate
  const tables = ['counters', 'numbers', 'stars', 'marks'].map((name) =>
    attackedTable(name, { key: name === 'numbers' ? 'kind' : name === 'marks' ? 'id' : 'name' }),
  )
  const found = await failingWithoutRows(gate, tables)
  expect(found.map(({ route, table, got }) => [route, table, got])).toEqual([
    ['POST /done', 'counters', '500'],
  ])
})
