import { once } from 'node:events'
import { createServer, request as httpRequest, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { beforeAll, expect, test } from 'vitest'
import { express4 } from '../../../../test/support/express4.js'
import { type WrappedApp, wrappedApp } from '../../../../test/support/wrapped-app.js'
import { parseConfig } from '../../../config/config.js'
import { connect } from '../../../database/connect.js'
import { patternsOf } from '../../../express/pattern.js'
import { currentUser, requirePermission, requireRole, requireScope } from '../../../index.js'
import { grant, ungrant } from './grant.js'

let app: WrappedApp
const system = () => connect(app.urls.url, { system: true })

function articles(make: typeof express): RequestListener {
  const own = make()
  const yes: express.RequestHandler = (_req, res) => void res.json({ done: true })
  own.get('/health', yes)
  own.get('/open', requireRole('editor'), yes)
  own.get('/me', (_req, res) => void res.json(currentUser()))
  own.delete('/articles/:id', requireRole('editor', 'author'), yes)
  own.post('/articles/:id/publish', requirePermission('articles:publish'), yes)
  own.get('/reports/year', requireScope('reports'), yes)
  own.get('/desk', yes)
  own.use('/desk/files', (_req, res) => void res.json({ file: true }))
  own.use((_req, res) => void res.status(404).json({ app: 'nothing here' }))
  own.use(
    ((_error, _req, res, _next) =>
      void res.status(500).json({ app: 'its own error' })) as express.ErrorRequestHandler,
  )
  return own
}

const CONFIG = {
  routes: {
    public: ['GET /health', 'GET /open', 'GET /desk/open'],
    require: { '/desk': { role: ['editor', 'author'] }, 'POST /desk/files': { permission: 'files:add' } },
  },
  auth: { permissions: { editor: ['articles:publish'], author: ['files:add'] } },
}

beforeAll(async () => {
  app = await wrappedApp(() => articles(express), { users: 4, config: CONFIG })
  await app.stored('update users set is_admin = true where id = 1')
  const db = system()
  await grant(db, parseConfig(app.config), 2, 'editor')
  await db.destroy()
}, 120_000)

const as = async (id: number | null, method: string, path: string) => {
  const answer = await app.ask(id === null ? null : app.people[id - 1]!, method, path)
  const body = (await answer.json()) as Record<string, unknown>
  return `${answer.status} ${body.code ?? body.app ?? (body.file ? 'file' : 'done')}`
}

test('A10: the app’s own route admits users with the role or permission, and administrators', async () => {
  expect(await as(2, 'DELETE', '/articles/7')).toBe('200 done')
  expect(await as(1, 'DELETE', '/articles/7')).toBe('200 done')
  expect(await as(3, 'DELETE', '/articles/7')).toBe('403 forbidden')
  expect(await as(null, 'DELETE', '/articles/7')).toBe('401 authentication_required')
  expect(await as(2, 'POST', '/articles/7/publish')).toBe('200 done')
  expect(await as(3, 'POST', '/articles/7/publish')).toBe('403 forbidden')
})

test('A10: an anonymous request is refused on a public path too, and a logged-in user needs no scope', async () => {
  expect(await as(null, 'GET', '/open')).toBe('401 authentication_required')
  expect(await as(3, 'GET', '/open')).toBe('403 forbidden')
  expect(await as(3, 'GET', '/reports/year')).toBe('200 done')
  const { headers } = await app.ask(app.people[2]!, 'GET', '/open')
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
})

test('A10: a refused navigation gets a page that says so, and an API call the same problem as before', async () => {
  // Not with fetch, which never sends `Sec-Fetch-Mode: navigate`.
  const to = async (path: string, mode: string) => {
    const { port } = app.server.address() as AddressInfo
    const authorization = `Bearer ${app.people[2]!.token}`
    const headers = { accept: 'text/html,*/*', 'sec-fetch-mode': mode, authorization }
    const [answer] = await once(httpRequest({ port, host: '127.0.0.1', path, headers }).end(), 'response')
    let text = ''
    for await (const part of answer) text += part
    return { status: answer.statusCode, headers: answer.headers, text }
  }
  for (const path of ['/open', '/desk']) {
    const { status, headers, text } = await to(path, 'navigate')
    expect([path, status, headers['content-type']]).toEqual([path, 403, 'text/html; charset=utf-8'])
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(text).toContain('<h1>You may not do this</h1>')
    expect(text).not.toContain('editor')
    const call = await to(path, 'cors')
    expect(call.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(JSON.parse(call.text)).toMatchObject({ status: 403, code: 'forbidden' })
  }
})

test('A10: a configured requirement covers sub-paths too, and paths that no route serves', async () => {
  expect(await as(2, 'GET', '/desk')).toBe('200 done')
  expect(await as(2, 'GET', '/desk/files/a')).toBe('200 file')
  expect(await as(2, 'POST', '/desk/files/a')).toBe('403 forbidden')
  expect(await as(3, 'GET', '/desk/nothing')).toBe('403 forbidden')
  expect(await as(null, 'GET', '/desk')).toBe('401 authentication_required')
  expect(await as(null, 'GET', '/desk/open')).toBe('401 authentication_required')
})

test('case 118: no spelling of a path bypasses its requirement', async () => {
  for (const path of [
    '/DESK',
    '/desk/',
    '//desk',
    '/%64esk',
    '/./desk',
    '/x/../desk/files/a',
    '/desk%2ffiles/a',
    '/desk\\files',
  ])
    for (const method of ['GET', 'HEAD', 'POST', 'PURGE'])
      expect([path, method, await status(method, path, 3)]).toEqual([path, method, 403])
})

/** Sends the path as written: fetch would normalise it. */
async function status(method: string, path: string, id: number): Promise<number | undefined> {
  const { port } = app.server.address() as AddressInfo
  const headers = { authorization: `Bearer ${app.people[id - 1]!.token}` }
  const sent = httpRequest({ port, host: '127.0.0.1', method, path, headers, agent: false }).end()
  const [answer] = await once(sent, 'response')
  answer.resume()
  return answer.statusCode
}

test('case 23: granting or removing a role takes effect with the next request of an existing login', async () => {
  const db = system()
  const config = parseConfig(app.config)
  expect(await as(3, 'DELETE', '/articles/7')).toBe('403 forbidden')
  await grant(db, config, 3, 'editor')
  await grant(db, config, 3, 'editor')
  expect(await as(3, 'DELETE', '/articles/7')).toBe('200 done')
  const me = async () => (await (await app.ask(app.people[2]!, 'GET', '/me')).json()) as unknown
  expect(await me()).toMatchObject({
    roles: ['user', 'editor'],
    permissions: ['articles:publish'],
    scopes: null,
  })
  expect(await ungrant(db, config, 3, 'editor')).toBe(true)
  expect(await as(3, 'DELETE', '/articles/7')).toBe('403 forbidden')
  expect(await me()).toMatchObject({ roles: ['user'], permissions: [] })

  await grant(db, config, 4, 'admin')
  expect(await as(4, 'POST', '/desk/files/a')).toBe('200 file')
  await ungrant(db, config, 4, 'admin')
  expect(await as(4, 'POST', '/desk/files/a')).toBe('403 forbidden')
  const events = await app.stored<{ event: string }>(
    'select event from usertwo.audit where user_id = 4 order by id',
  )
  expect(events.map(({ event }) => event)).toEqual(['admin_granted', 'admin_ungranted'])
  await db.destroy()
})

test('case 106: of two administrators who demote each other at the same time, one remains', async () => {
  const db = system()
  const config = parseConfig(app.config)
  await app.stored(`insert into usertwo.credentials (user_id, password_hash)
    select id, '$2b$10$abcdefghijklmnopqrstuuM5Jd5l6JZ4u6W4y0l3w2yXk5Y4nZ8Jm' from users
    on conflict (user_id) do update set password_hash = excluded.password_hash`)
  for (let round = 0; round < 20; round++) {
    await grant(db, config, 1, 'admin')
    await grant(db, config, 2, 'admin')
    const done = await Promise.all([ungrant(db, config, 1, 'admin'), ungrant(db, config, 2, 'admin')])
    expect(done.filter(Boolean)).toHaveLength(1)
  }
  expect(await app.stored('select id from users where is_admin')).toHaveLength(1)
  await grant(db, config, 1, 'admin')
  await ungrant(db, config, 2, 'admin')
  expect(await ungrant(db, config, 1, 'admin')).toBe(false)
  expect(await ungrant(db, config, 1, 'admin', { force: true })).toBe(true)
  await grant(db, config, 1, 'admin')
  await db.destroy()
})

test('A10: a guard without names and an invalid pattern are errors at the start', () => {
  expect(() => requireRole()).toThrow('requireRole(): name at least one role, as text')
  expect(() => requireScope('')).toThrow(TypeError)
  const config = (require: object) =>
    parseConfig({
      app: { start: ['node', 'a.js'] },
      owner: { id: 1 },
      users: { table: 'users' },
      routes: { require },
    } as never)
  expect(() => config({ '/a': { roles: 'editor' } })).toThrow('did you mean role?')
  expect(() => config({ '/a': { role: [] } })).toThrow('routes.require')
  expect(() => patternsOf(config({ '/a/*': { role: 'editor' } }), 'routes.require')).toThrow(
    'routes.require: "/a/*" is not',
  )
})

test('A10: it guards an Express 4 route too, and where no login is needed the request acts as the owner', async () => {
  const server = createServer(articles(express4 as typeof express)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const ask = async () => (await fetch(`http://127.0.0.1:${port}/articles/7`, { method: 'DELETE' })).status
  expect(await ask()).toBe(401)
  await app.dispose()
  expect(await ask()).toBe(200)
  server.close()
})
