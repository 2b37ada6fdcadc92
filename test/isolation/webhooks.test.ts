// Requests that another service signs: they work on the data of one user, and the app checks the signature.
import { createHmac } from 'node:crypto'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { Knex } from 'knex'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { hookRoutes } from '../../src/express/without-login/hook-route.js'
import { currentUser, currentUserId, requireRole } from '../../src/index.js'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const KEY = 'the key of the payment service'
const owned = { owner: 'user_id' }
const CONFIG = {
  tables: { notes: owned, payments: owned },
  routes: {
    public: ['GET /health'],
    require: { 'POST /webhooks/closed': { role: 'editor' } },
    hooks: {
      'POST /webhooks/payments': { user: 1, bytes: 200 },
      'POST /webhooks/bert': { user: 2 },
      'POST /webhooks/closed': { user: 1 },
      'POST /webhooks/role': { user: 1 },
    },
  },
}
const SCHEMA = `create table payments (id serial primary key, event text, cents int, user_id int not null references users);
  insert into payments (event, cents, user_id) values ('before', 1, 1), ('before', 2, 2);`

function shop(db: Knex) {
  const app = express()
  const raw = express.raw({ type: '*/*' })
  const signatureOf = (body: Buffer) => createHmac('sha256', KEY).update(body).digest('hex')
  const take: express.RequestHandler = async (req, res) => {
    if (req.headers['x-signature'] !== signatureOf(req.body))
      return void res.status(400).json({ wrong: true })
    const { cents } = JSON.parse(String(req.body))
    await db.raw('select pg_sleep(0.01)')
    await db('payments').insert({ event: 'paid', cents })
    const seen = (await db('payments').select('cents').orderBy('id')).map((row) => row.cents)
    const { headers, user } = req as typeof req & { user?: unknown }
    const { cookie = null, authorization = null } = headers
    res.json({ seen, id: currentUserId(), person: currentUser(), user: user ?? null, cookie, authorization })
  }
  app.get('/health', (_req, res) => void res.json({ ok: true }))
  app.all('/webhooks/payments', raw, take)
  app.post('/webhooks/bert', raw, take)
  app.post('/webhooks/closed', raw, take)
  app.post('/webhooks/role', requireRole('editor'), take)
  return app
}

let app: WrappedApp
beforeAll(async () => {
  app = await wrappedApp(shop, { config: CONFIG, schema: SCHEMA })
}, 120_000)
afterAll(() => app?.dispose())

let address = 0
/** the answer of `take` */
interface Answered {
  seen: number[]
  id: number
  authorization: string | null
}
interface Sent {
  body?: string
  headers?: Record<string, string>
  method?: string
  chunked?: boolean
  from?: string
}
/** Sends the path as written, signed, from an address of its own. */
function post(
  path: string,
  { body = '{ "cents": 7 }', headers = {}, method = 'POST', chunked, from }: Sent = {},
) {
  const { port } = app.server.address() as AddressInfo
  const all = {
    'x-forwarded-for': from ?? `203.0.113.${++address % 250}`,
    'x-signature': createHmac('sha256', KEY).update(body).digest('hex'),
    'content-type': 'application/json',
    ...(chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(Buffer.byteLength(body)) }),
    ...headers,
  }
  return new Promise<{ status: number; json: Answered }>((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', method, path, headers: all, agent: false }, (res) => {
      let text = ''
      res.on('data', (part) => (text += part))
      res.on('end', () =>
        resolve({ status: res.statusCode!, json: text.startsWith('{') ? JSON.parse(text) : text }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
const written = () => app.stored(`delete from payments where event = 'paid' returning user_id, cents`)

test('the app reads the raw body, and works on the data of the hook’s user', async () => {
  const body = '{  "cents" :  7\r\n}'
  expect(await post('/webhooks/payments', { body })).toMatchObject({
    status: 200,
    json: { seen: [1, 7], id: 1 },
  })
  expect(await written()).toEqual([{ user_id: 1, cents: 7 }])
  expect(await post('/webhooks/bert')).toMatchObject({ status: 200, json: { seen: [2, 7], id: 2 } })
  expect(await written()).toEqual([{ user_id: 2, cents: 7 }])
})

test('two hooks at once on a small pool: each has its user’s rows alone', async () => {
  const asked = Array.from({ length: 40 }, (_, at) => post(at % 2 ? '/webhooks/bert' : '/webhooks/payments'))
  const answers = await Promise.all(asked)
  answers.forEach(({ status, json }, at) => {
    const me = 1 + (at % 2)
    expect([at, status, json.id, json.seen[0]]).toEqual([at, 200, me, me])
  })
  expect((await written()).length).toBe(40)
})

test('the signature is the app’s to check: without it, and with another body, no row changes', async () => {
  const wrong = { 'x-signature': createHmac('sha256', 'another key').update('{ "cents": 7 }').digest('hex') }
  expect((await post('/webhooks/payments', { headers: wrong })).status).toBe(400)
  expect(await written()).toEqual([])
})

test('it belongs to no login: no cookie, no login, no origin, no right', async () => {
  const login = app.people[1]!.token
  const headers = {
    cookie: `usertwo=${login}; a=b`,
    authorization: `Bearer ${login}`,
    origin: 'https://evil.example',
    'sec-fetch-site': 'cross-site',
  }
  const { status, json } = await post('/webhooks/payments', { headers })
  expect({ status, ...json }).toMatchObject({
    status: 200,
    id: 1,
    person: null,
    user: null,
    cookie: null,
    authorization: null,
  })
  await app.stored('update users set is_admin = true where id = 1')
  expect((await post('/webhooks/closed')).status).toBe(401)
  expect((await post('/webhooks/role')).status).toBe(401)
  await written()
})

test('what the service sends to prove itself reaches the app', async () => {
  for (const authorization of ['Bearer whsec_4f9a2c7e51b8d036', 'Basic YTpi', 'Signature keyId=1'])
    expect((await post('/webhooks/payments', { headers: { authorization } })).json.authorization).toBe(
      authorization,
    )
  await written()
})

test('a body that is too long, or of no stated length, is refused unread', async () => {
  expect((await post('/webhooks/payments', { body: `{"cents":7,"more":"${'x'.repeat(200)}"}` })).status).toBe(
    413,
  )
  expect((await post('/webhooks/payments', { chunked: true })).status).toBe(413)
  expect(await written()).toEqual([])
})

test('another method, path or spelling needs a login', async () => {
  for (const path of [
    '/WEBHOOKS/payments',
    '/webhooks/payments/',
    '//webhooks/payments',
    '/webhooks/pay%6dents',
    '/webhooks/payments/1',
  ])
    expect([path, (await post(path)).status]).toEqual([path, 401])
  for (const method of ['PUT', 'DELETE'])
    expect([method, (await post('/webhooks/payments', { method })).status]).toEqual([method, 401])
  expect((await post('/webhooks/payments?event=1')).status).toBe(200)
  await written()
})

test('without its user, the service gets 503, and sends it again', async () => {
  await app.stored('insert into usertwo.credentials (user_id, is_active) values (2, false)')
  expect((await post('/webhooks/bert')).status).toBe(503)
  await app.stored('delete from usertwo.credentials where user_id = 2')
  expect((await post('/webhooks/bert')).status).toBe(200)
  await written()
})

test('it is limited by address', async () => {
  const from = '198.51.100.9'
  const statuses = await Promise.all(
    Array.from({ length: 310 }, () => post('/webhooks/payments', { from, body: '' })),
  )
  expect(statuses.filter(({ status }) => status === 429).length).toBe(10)
  expect(await written()).toEqual([])
}, 30_000)

test('an invalid pattern is an error that names it', () => {
  const problemsOf = (hooks: object) => {
    try {
      hookRoutes(
        parseConfig({
          app: { start: ['node', 'a.js'] },
          owner: { id: 1 },
          users: { table: 'users' },
          routes: { hooks },
        }),
      )
    } catch (error) {
      return (error as { problems: string[] }).problems
    }
    return []
  }
  for (const text of ['/hooks', 'GET /hooks', 'POST hooks'])
    expect(problemsOf({ [text]: { user: 1 } })).toEqual([expect.stringContaining('give a method and a path')])
  for (const text of ['POST /hooks/:id', 'POST /hooks/*', 'POST /a//b'])
    expect(problemsOf({ [text]: { user: 1 } })).toEqual([
      `routes.hooks: "${text}" is not a method and one plain path, e.g. "POST /webhooks/payments"`,
    ])
  expect(problemsOf({ 'POST /hooks': {} })).toEqual([expect.stringContaining('user')])
})
