import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import express from 'express'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConfigInput } from '../../src/config/config.js'
import { actAs } from '../../src/core/context.js'
import { type AtSix, ask, atSix } from './at-six.js'

const SCHEMA = `create table users (
  id integer primary key generated always as identity, email text unique, hash text, is_admin boolean default false, roles text);
insert into users (email) values ('first@example.com');`

const config = {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users', password: 'hash' },
  auth: {
    by: 'app',
    user: (req: { headers: Record<string, unknown> }) => Number(req.headers['x-user'] ?? 0) || null,
    login: { post: '/login' },
    register: { post: '/register' },
    lookups: { users: ['email', 'id'] },
  },
} as unknown as ConfigInput

let app: AtSix

beforeAll(async () => {
  const schema = join(tmpdir(), `usertwo-own-roles-${process.pid}.sql`)
  writeFileSync(schema, SCHEMA)
  app = await atSix(createApp, config, { schema: pathToFileURL(schema), max: 2 })
  rmSync(schema)
})
afterAll(() => app?.stop())

function createApp(pool: pg.Pool) {
  const own = express()
  own.use(express.json())
  own.post('/login', (_req, res) => void res.end())
  own.post('/register', async (req, res) => {
    const values = [req.body.email, req.body.code === 'passcode', 'member']
    await pool.query('insert into users (email, is_admin, roles) values ($1, $2, $3)', values)
    res.sendStatus(201)
  })
  own.post('/membership', async (req, res) => {
    const { rows } = await pool.query(
      'update users set is_admin = true, roles = $2 where id = $1 returning id',
      [req.headers['x-user'], 'admin'],
    )
    res.json(rows)
  })
  return own
}

/** As superuser, past everything. */
async function stored() {
  const client = new pg.Client(app.database.adminUrl)
  await client.connect()
  try {
    const sql = 'select email, is_admin, roles from users order by id'
    return await actAs({ kind: 'system', reason: 'test' }, async () => (await client.query(sql)).rows)
  } finally {
    await client.end()
  }
}

test('is_admin and roles of an app that keeps its login are the app’s own, at the registration and later', async () => {
  const registered = await ask(`${app.url}/register`, 'POST', {}, { email: 'b@example.com', code: 'none' })
  expect(registered.status).toBe(201)
  const changed = await ask(`${app.url}/membership`, 'POST', { 'x-user': '2' }, {})
  expect(changed.body).toEqual([{ id: 2 }])
  expect(await stored()).toEqual([
    { email: 'first@example.com', is_admin: false, roles: null },
    { email: 'b@example.com', is_admin: true, roles: 'admin' },
  ])
})
