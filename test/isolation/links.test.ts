// Requests that carry their own secret: a calendar feed, a share link, a script with a key.
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { Knex } from 'knex'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { linkRoutes } from '../../src/express/without-login/link-route.js'
import { asSystem, currentUser, currentUserId, requireRole, requireScope } from '../../src/index.js'
import { redactText } from '../../src/redaction/redact-text.js'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const TOKENS = { 1: 'anna-4f9a2c7e51b8d036', 2: 'bert-8d03651b2c7e4f9a' } as const
const KEY = 'cron~anna_5b1d.88ee=='

const SCHEMA = `create table events (id serial primary key, title text not null, user_id int not null references users);
  create table feeds (id serial primary key, secret text unique, revoked boolean, user_id int not null references users);
  create table shares (id serial primary key, note_id int not null references notes, token varchar(40) not null unique,
    user_id int not null references users);
  create table keys (key text primary key, user_id int not null references users);
  insert into notes (text, user_id) values ('note of Anna', 1), ('note of Bert', 2);
  insert into events (title, user_id) values ('dentist of Anna', 1), ('party of Bert', 2);
  insert into feeds (secret, user_id) values ('${TOKENS[1]}', 1), ('${TOKENS[2]}', 2), (null, 1), ('short', 1);
  insert into shares (note_id, token, user_id) values (1, 'share-${TOKENS[1]}', 1), (2, 'share-${TOKENS[2]}', 2);
  insert into keys values ('${KEY}', 1);`

const owned = { owner: 'user_id' }
const CONFIG = {
  tables: { notes: owned, events: owned, feeds: owned, shares: owned, keys: owned },
  routes: {
    public: ['GET /health'],
    require: { '/feeds/:file/admin': { role: 'editor' } },
    links: {
      'GET /feeds/:token.ics': { table: 'feeds', token: 'secret' },
      'GET /feeds/:token/admin': { table: 'feeds', token: 'secret' },
      'GET /s/:token': { table: 'shares', token: 'token', owner: { via: 'note_id' } },
      'GET /s/:token/notes/:id': { table: 'shares', token: 'token' },
      '/export?key=:token': { table: 'keys', token: 'key', owner: 'user_id' },
    },
  },
}

function calendar(db: Knex) {
  const app = express()
  const titles = async () => (await db('events').select('title').orderBy('id')).map(({ title }) => title)
  app.get('/health', (_req, res) => void res.json({ ok: true }))
  app.get('/feeds/:file', async (req, res) => {
    const secret = req.params.file.replace(/\.ics$/, '')
    const feed = await db('feeds').where({ secret }).first()
    if (!feed) return void res.status(404).send('no such feed')
    if (req.query.write) await db('events').insert({ title: String(req.query.write) })
    await db.raw('select pg_sleep(0.01)')
    const all = await titles()
    res.type('text/calendar').send(['BEGIN:VCALENDAR', ...all.map((one) => `SUMMARY:${one}`)].join('\r\n'))
  })
  app.get('/feeds/:file/admin', (_req, res) => void res.json({ admin: true }))
  app.get('/s/:token', async (req, res) => {
    const share = await db('shares').where({ token: req.params.token }).first()
    res.json(await db('notes').where({ id: share.note_id }).first())
  })
  app.get('/s/:token/notes/:id', async (req, res) => {
    res.json((await db('notes').where({ id: req.params.id }).first()) ?? null)
  })
  app.get('/export', async (req, res) => {
    if (req.query.system) return void res.json(await asSystem('a link', titles))
    if (req.query.print) printed += redactText(`asked with ${req.query.key} ${req.originalUrl}`)
    const { user, headers } = req as typeof req & { user?: unknown }
    res.json({
      titles: await titles(),
      id: currentUserId(),
      person: currentUser(),
      user: user ?? null,
      cookie: headers.cookie ?? null,
      bearer: headers.authorization ?? null,
    })
  })
  app.get('/role', requireRole('editor'), (_req, res) => void res.json({ role: true }))
  app.get('/scope', requireScope('read'), (_req, res) => void res.json({ scope: true }))
  return app
}

let app: WrappedApp
/** what the app and usertwo have printed */
let printed = ''
beforeAll(async () => {
  app = await wrappedApp(calendar, { config: CONFIG, schema: SCHEMA, env: { LOG_LEVEL: 'info' } })
}, 120_000)
afterAll(() => app?.dispose())
afterEach(() => vi.restoreAllMocks())

let address = 0
/** Sends the path as written, from an address of its own. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const { port } = app.server.address() as AddressInfo
  const from = { 'x-forwarded-for': `203.0.113.${++address % 250}`, ...headers }
  return new Promise<{ status: number; body: string; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', method, path, headers: from, agent: false }, (res) => {
        let body = ''
        res.on('data', (part) => (body += part))
        res.on('end', () => resolve({ status: res.statusCode!, body, headers: res.headers }))
      })
      sent.on('error', reject)
      sent.end()
    },
  )
}

test('a calendar feed opens by its secret, with the rows of its owner', async () => {
  const feed = await get(`/feeds/${TOKENS[1]}.ics`)
  expect(feed).toMatchObject({ status: 200, body: 'BEGIN:VCALENDAR\r\nSUMMARY:dentist of Anna' })
  expect(feed.headers['cache-control']).toContain('private')
  expect(feed.headers['referrer-policy']).toBe('no-referrer')
  expect((await get(`/feeds/${TOKENS[2]}.ics`)).body).toBe('BEGIN:VCALENDAR\r\nSUMMARY:party of Bert')
  expect(await get(`/feeds/${TOKENS[1]}.ics`, {}, 'HEAD')).toMatchObject({ status: 200, body: '' })
})

test('two feeds at once on a small pool: each has its owner’s rows alone', async () => {
  const asked = Array.from({ length: 60 }, (_, at) => get(`/feeds/${TOKENS[at % 2 ? 2 : 1]}.ics`))
  const bodies = (await Promise.all(asked)).map(({ body }) => body.split('SUMMARY:')[1])
  expect(bodies).toEqual(bodies.map((_, at) => (at % 2 ? 'party of Bert' : 'dentist of Anna')))
})

test('an unknown, foreign, revoked or malformed secret is one and the same 404', async () => {
  const secret: string = TOKENS[2]
  await app.stored(`insert into feeds (secret, user_id) values ('revoked-4f9a2c7e51b8', 1)`)
  expect((await get('/feeds/revoked-4f9a2c7e51b8.ics')).status).toBe(200)
  await app.stored(`update feeds set secret = null where secret = 'revoked-4f9a2c7e51b8'`)
  const answers = await Promise.all(
    [
      '/feeds/guessed-4f9a2c7e51b8.ics',
      '/feeds/revoked-4f9a2c7e51b8.ics',
      '/feeds/short.ics',
      `/feeds/share-${TOKENS[1]}.ics`,
      `/feeds/${secret.toUpperCase()}.ics`,
      `/s/${TOKENS[1]}`,
      '/export?key=guessed-4f9a2c7e51b8',
      '/export?key=',
      `/export?key=${KEY}&key=${KEY}`,
      `/export?key[]=${KEY}`,
      `/export?key=${KEY}&key[x]=1`,
      '/export?key=%00%00%00%00%00%00%00%00',
    ].map((path) => get(path)),
  )
  for (const { status, body } of answers)
    expect({ status, body: JSON.parse(body) }).toEqual({
      status: 404,
      body: { type: 'about:blank', status: 404, title: 'There is nothing here.', code: 'not_found' },
    })
})

test('another spelling of the path, another method and another method do not open it', async () => {
  const secret = TOKENS[1]
  for (const path of [
    `/FEEDS/${secret}.ics`,
    `/feeds/${secret}.ics/`,
    `//feeds/${secret}.ics`,
    `/feeds/./${secret}.ics`,
    `/%66eeds/${secret}.ics`,
    `/feeds/${secret}%2eics`,
    `/feeds/%61${secret.slice(1)}.ics`,
    `/feeds/${secret}.ics/more`,
    `/feeds/${secret}`,
    '/export',
    `/export/?key=${KEY}`,
  ])
    expect([path, (await get(path)).status]).toEqual([path, 401])
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    expect([method, (await get(`/feeds/${secret}.ics`, {}, method)).status]).toEqual([method, 401])
})

test('it has the data of one user and the rights of none', async () => {
  const as = {
    authorization: `Bearer ${app.people[1]!.token}`,
    cookie: `__Host-usertwo=${app.people[1]!.token}; a=b`,
  }
  const { status, body } = await get(`/export?key=${encodeURIComponent(KEY)}`, as)
  expect({ status, ...JSON.parse(body) }).toEqual({
    status: 200,
    titles: ['dentist of Anna'],
    id: 1,
    person: null,
    user: null,
    cookie: null,
    bearer: null,
  })
  await app.stored(`update users set is_admin = true where id = 1`)
  for (const path of [
    `/feeds/${TOKENS[1]}/admin`,
    `/role?key=${KEY}`,
    `/scope?key=${KEY}`,
    `/api/auth/me?key=${KEY}`,
  ])
    expect([path, (await get(path)).status]).toEqual([path, 401])
})

test('it cannot become the system', async () => {
  expect((await get(`/export?key=${encodeURIComponent(KEY)}&system=1`)).status).toBe(500)
})

test('every row of the secret’s owner is within reach of the handler, and no row of another user', async () => {
  expect(JSON.parse((await get(`/s/share-${TOKENS[2]}`)).body)).toMatchObject({ text: 'note of Bert' })
  expect(JSON.parse((await get(`/s/share-${TOKENS[1]}/notes/1`)).body)).toMatchObject({
    text: 'note of Anna',
  })
  expect(JSON.parse((await get(`/s/share-${TOKENS[1]}/notes/2`)).body)).toBeNull()
})

test('what a link writes belongs to the secret’s owner', async () => {
  await get(`/feeds/${TOKENS[2]}.ics?write=seen`)
  expect(await app.stored(`delete from events where title = 'seen' returning user_id`)).toEqual([
    { user_id: 2 },
  ])
})

test('the secret of a disabled or deleted user opens nothing', async () => {
  await app.stored(`insert into usertwo.credentials (user_id, is_active) values (2, false)`)
  expect((await get(`/feeds/${TOKENS[2]}.ics`)).status).toBe(404)
  await app.stored('delete from usertwo.credentials where user_id = 2')
  expect((await get(`/feeds/${TOKENS[2]}.ics`)).status).toBe(200)
})

test('guesses are limited by address, and an address that has guessed too often waits', async () => {
  const from = { 'x-forwarded-for': '198.51.100.7' }
  const statuses: number[] = []
  for (let at = 0; at < 32; at++) statuses.push((await get(`/feeds/guess-${10_000 + at}.ics`, from)).status)
  expect(statuses).toEqual([...Array(30).fill(404), 429, 429])
  expect((await get(`/feeds/${TOKENS[1]}.ics`, from)).headers['retry-after']).toMatch(/^\d+$/)
  expect((await get(`/feeds/${TOKENS[1]}.ics`)).status).toBe(200)
  for (let at = 0; at < 40; at++)
    expect((await get(`/feeds/${TOKENS[1]}.ics`, { 'x-forwarded-for': '198.51.100.8' })).status).toBe(200)
})

test('no line of the log holds the secret, however the path is spelled', async () => {
  printed = ''
  const write = ((text: string | Uint8Array) => {
    printed += text
    return true
  }) as typeof process.stdout.write
  vi.spyOn(process.stdout, 'write').mockImplementation(write)
  vi.spyOn(process.stderr, 'write').mockImplementation(write)
  const secret = TOKENS[1]
  for (const path of [
    `/feeds/${secret}.ics`,
    `/feeds/${secret}x.ics`,
    `/FEEDS/${secret}.ics`,
    `/feeds/${secret}`,
    `/feeds/${secret}.ics/more`,
    `/export?key=${encodeURIComponent(KEY)}&print=1`,
    `/export/?key=${KEY}`,
  ])
    await get(path, { referer: `https://example.com/feeds/${secret}.ics` })
  await new Promise((done) => setTimeout(done, 50))
  vi.restoreAllMocks()
  expect(printed).toContain('answered')
  expect(printed).toContain('asked with')
  for (const one of [secret, KEY, encodeURIComponent(KEY)]) expect(printed).not.toContain(one)
})

const problemsOf = (links: object) => {
  try {
    const config = parseConfig({
      app: { start: ['node', 'a.js'] },
      owner: { id: 1 },
      users: { table: 'users' },
      routes: { links },
    })
    linkRoutes(config)
  } catch (error) {
    return (error as { problems: string[] }).problems
  }
  return []
}

test('an invalid pattern is an error that names it', () => {
  const row = { table: 'feeds', token: 'secret' }
  for (const text of ['POST /feeds/:token', 'feeds/:token'])
    expect(problemsOf({ [text]: row })).toEqual([
      expect.stringContaining('give a path for GET with one `:token`'),
    ])
  for (const text of [
    '/feeds',
    '/feeds/:tokens',
    '/a/:token/:token',
    '/a/:token?key=:token',
    '/a/*/:token',
    '/a?b=1',
    '/a/:id.x/:token',
  ])
    expect(problemsOf({ [text]: row })).toEqual([
      `routes.links: "${text}" is not a path for GET with one :token in it, e.g. "GET /feeds/:token.ics" or "GET /export?key=:token"`,
    ])
  for (const text of ['/:token', '/:token.ics', '/:id/s/:token'])
    expect(problemsOf({ [text]: row })).toEqual([
      `routes.links: "${text}" would take every path of this length: put a fixed segment first, "/s/:token"`,
    ])
  expect(problemsOf({ '/api/auth/:token': row })).toEqual([
    'routes.links: "/api/auth/:token" is a path of usertwo\'s own',
  ])
  expect(problemsOf({ '/feeds/:token': { table: 'feeds' } })).toEqual([expect.stringContaining('token')])
})
