// Links and webhooks of an app that keeps its own login, and of one behind a proxy that names users: no login is read there.
import express, { type Request } from 'express'
import type { Knex } from 'knex'
import { afterEach, expect, test } from 'vitest'
import type { ConfigInput } from '../../src/config/config.js'
import { currentUser, currentUserId } from '../../src/index.js'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const TOKEN = 'anna-4f9a2c7e51b8d036'
const SCHEMA = `create table feeds (id serial primary key, secret text unique, user_id int not null references users);
  alter table users add column name text unique;
  update users set name = 'user-' || id;
  insert into notes (text, user_id) values ('note of Anna', 1), ('note of Bert', 2);
  insert into feeds (secret, user_id) values ('${TOKEN}', 1);`
const owned = { owner: 'user_id' }
const routes = {
  public: ['GET /health'],
  links: { 'GET /feeds/:token': { table: 'feeds', token: 'secret' } },
  hooks: { 'POST /hooks/bert': { user: 2 } },
}

function notes(db: Knex) {
  const app = express()
  const answer = async (req: Request, res: express.Response) => {
    const { user = null, headers } = req as Request & { user?: unknown }
    const rows = await db('notes').select('text')
    const { cookie = null } = headers
    const header = headers['remote-user'] ?? null
    res.json({
      rows: rows.map(({ text }) => text),
      id: currentUserId(),
      me: currentUser()?.id ?? null,
      user,
      cookie,
      header,
    })
  }
  app.use((req, _res, next) => {
    const id = /who=(\d)/.exec(req.headers.cookie ?? '')?.[1]
    if (id) Object.assign(req, { user: { id: Number(id) } })
    next()
  })
  app.get('/health', (_req, res) => void res.json({}))
  app.get('/feeds/:secret', answer)
  app.post('/hooks/bert', answer)
  app.get('/notes', answer)
  return app
}

let app: WrappedApp | undefined
afterEach(async () => {
  await app?.dispose()
  app = undefined
})

const asked = async (method: string, path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(app!.url + path, { method, headers })
  return { status: answer.status, ...((await answer.json()) as object) }
}
const ANNA = { rows: ['note of Anna'], id: 1, me: null, user: null, cookie: null, header: null }
const BERT = { rows: ['note of Bert'], id: 2, me: null, user: null, cookie: null, header: null }

test('of an app that keeps its own login', async () => {
  const auth = {
    by: 'app',
    user: (req: { user?: { id: number } }) => req.user?.id ?? null,
    login: { post: '/login' },
    lookups: { users: ['id'] },
  }
  const config = { tables: { notes: owned, feeds: owned }, routes, auth } as unknown as Partial<ConfigInput>
  app = await wrappedApp(notes, { config, schema: SCHEMA })
  expect(await asked('GET', '/notes', { cookie: 'who=2' })).toMatchObject({
    status: 200,
    rows: ['note of Bert'],
    me: 2,
  })
  const mixed = await Promise.all(
    Array.from({ length: 40 }, (_, at) =>
      at % 2
        ? asked('POST', '/hooks/bert', { cookie: 'who=1' })
        : asked('GET', `/feeds/${TOKEN}`, { cookie: 'who=2' }),
    ),
  )
  expect(mixed).toEqual(mixed.map((_, at) => ({ status: 200, ...(at % 2 ? BERT : ANNA) })))
  expect(await asked('GET', '/feeds/guessed-4f9a2c7e51b8', { cookie: 'who=1' })).toMatchObject({
    status: 404,
  })
  expect(await asked('GET', '/notes')).toMatchObject({ status: 401 })
}, 120_000)

test('of an app behind a proxy that names users', async () => {
  const auth = { by: 'app', proxy: { header: 'remote-user', from: ['127.0.0.1'], is: 'name' } }
  const config = { tables: { notes: owned, feeds: owned }, routes, auth } as unknown as Partial<ConfigInput>
  app = await wrappedApp(notes, { config, schema: SCHEMA })
  const named = { 'remote-user': 'user-2' }
  expect(await asked('GET', '/notes', named)).toMatchObject({ status: 200, rows: ['note of Bert'], me: 2 })
  expect(await asked('GET', `/feeds/${TOKEN}`, named)).toEqual({ status: 200, ...ANNA })
  expect(await asked('POST', '/hooks/bert', { 'remote-user': 'user-1' })).toEqual({ status: 200, ...BERT })
}, 120_000)
