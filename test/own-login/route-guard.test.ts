// An app whose guard is a handler of each route, behind which alone its user is known.
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../src/config/config.js'
import { express4 } from '../support/express4.js'
import { type AtSix, ask, atSix } from './at-six.js'

const SCHEMA = `create table users (id serial primary key, email text unique, hash text);
create table notes (id serial primary key, user_id integer references users, text text);
insert into users (email) values ('first@example.com'), ('second@example.com');
insert into notes (user_id, text) values (1, 'of the first'), (2, 'of the second');`

interface Guarded extends Request {
  userId?: number
}

const config = {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users', password: 'hash' },
  tables: { notes: { owner: 'user_id' } },
  auth: {
    by: 'app',
    user: (req: Guarded) => req.userId ?? null,
    header: 'x-access-token',
    login: { post: '/login', token: 'token', bearer: false },
    register: { post: '/register' },
    lookups: { users: ['email', 'id'] },
  },
} as unknown as ConfigInput

/** Names of handlers that ran without a user. */
const ranWithout: string[] = []

function createApp(make: () => Express, pool: pg.Pool) {
  const own = make()
  const guard = async (req: Guarded, res: Response, next: NextFunction) => {
    const { rows } = await pool.query('select id from users where id = $1', [req.headers['x-access-token']])
    const all = await pool.query('select id from notes')
    if (all.rows.length > 0) ranWithout.push(`the guard read ${all.rows.length} notes`)
    if (!rows[0]) return void res.status(403).json({ error: 'no valid token' })
    req.userId = rows[0].id
    next()
  }
  const list = async (req: Guarded, res: Response) => {
    if (req.userId === undefined) ranWithout.push('list')
    res.json((await pool.query('select text from notes order by id')).rows)
  }
  own.get('/notes', guard, list)
  own.route('/chained').all(guard).get(list)
  own.get('/bare', list)
  own.get('/two', (_req, _res, next) => next(), list)
  return own
}

describe.each([
  ['4', express4],
  ['5', express],
] as const)('a guard within routes of Express %s', (_, make) => {
  let app: AtSix

  beforeAll(async () => {
    const schema = join(tmpdir(), `usertwo-route-guard-${process.pid}.sql`)
    writeFileSync(schema, SCHEMA)
    app = await atSix((pool) => createApp(make as () => Express, pool), config, {
      schema: pathToFileURL(schema),
      max: 2,
    })
    rmSync(schema)
  })
  afterAll(() => app?.stop())

  const get = (path: string, token?: string) =>
    ask(app.url + path, 'GET', token === undefined ? {} : { 'x-access-token': token })

  it.each(['/notes', '/chained'])('names the user of %s, who gets their own rows', async (path) => {
    expect(await get(path, '1')).toMatchObject({ status: 200, body: [{ text: 'of the first' }] })
    expect(await get(path, '2')).toMatchObject({ status: 200, body: [{ text: 'of the second' }] })
    expect(ranWithout).toEqual([])
  })

  it('refuses a token by itself, and has read nothing but the user until then', async () => {
    expect(await get('/notes', '3')).toMatchObject({ status: 403, body: { error: 'no valid token' } })
    expect(ranWithout).toEqual([])
  })

  it('is not asked where nothing was sent that could name a user', async () => {
    expect(await get('/notes')).toMatchObject({ status: 401, body: { code: 'authentication_required' } })
  })

  it.each(['/bare', '/two'])('is missing at %s, which is refused', async (path) => {
    expect(await get(path, '1')).toMatchObject({ status: 401 })
    expect(ranWithout).toEqual([])
  })
})
