import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import express from 'express'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type WrappedApp, wrappedApp } from '../../../../../test/support/wrapped-app.js'
import { connect } from '../../../../database/connect.js'
import { currentUser, requireRole, requireScope } from '../../../../index.js'
import { redactText } from '../../../../redaction/redact-text.js'
import { setActive } from '../../admin/disable-user.js'
import { createToken, listTokens, revokeMadeToken } from './made-tokens.js'
import { newApiToken } from './token-text.js'

let app: WrappedApp
let db: ReturnType<typeof connect>

beforeAll(async () => {
  const make = () => {
    const own = express()
    own.use((req, _res, next) => {
      seen.push(JSON.stringify([req.headers, req.rawHeaders]))
      next()
    })
    own.get('/admin', requireRole('admin'), (_req, res) => void res.json({ done: true }))
    own.get('/reports', requireScope('reports'), (_req, res) => void res.json({ done: true }))
    own.use((_req, res) => void res.json(currentUser()))
    return own
  }
  const routes = {
    public: ['GET /health'],
    require: {
      'POST /search': { scope: ['read', 'write'] },
      '/export': { scope: 'export' },
      '/live/read': { scope: ['read', 'write'] },
    },
  }
  app = await wrappedApp(make, { users: 3, config: { routes } })
  await app.stored('update users set is_admin = true where id = 1')
  db = connect(app.urls.url, { system: true })
}, 120_000)
afterAll(async () => {
  await db?.destroy()
  await app?.dispose()
})

const seen: string[] = []
beforeEach(() => void seen.splice(0))

const made = async (user: number, ...scopes: string[]) =>
  (await createToken(db, user, { name: 'nightly', scopes, days: 30 })).token
const ask = (token: string, method = 'GET', path = '/me', headers: Record<string, string> = {}) =>
  fetch(app.url + path, { method, headers: { authorization: `Bearer ${token}`, ...headers } })
const status = async (...args: Parameters<typeof ask>) => (await ask(...args)).status

test('A10: a token acts as its user, in the header only, and the app never sees it', async () => {
  const token = await made(2, 'read')
  expect(token).toMatch(/^ut_[\w-]{43}$/)
  const answer = await ask(token)
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ id: 2, scopes: ['read'], isAdmin: false, roles: ['user'] })
  expect(seen).toHaveLength(1)
  expect(seen[0]).not.toContain('ut_')

  for (const name of ['usertwo', '__Host-usertwo'])
    expect(await status('', 'GET', '/me', { authorization: '', cookie: `${name}=${token}` })).toBe(401)
  expect(await status('', 'GET', `/me?access_token=${token}`, { authorization: `Token ${token}` })).toBe(401)
})

test('A10: a read token reads, a write token does both, and one with neither does only what names its scope', async () => {
  const [reads, writes, exports] = [
    await made(2, 'read'),
    await made(2, 'write'),
    await made(2, 'export', 'reports'),
  ]
  const all = async (path: string) =>
    Promise.all(
      [reads, writes, exports].map(async (token) =>
        [await status(token, 'GET', path), await status(token, 'POST', path)].join(),
      ),
    )
  expect(await all('/things')).toEqual(['200,403', '200,200', '403,403'])
  expect(await all('/search')).toEqual(['200,200', '200,200', '403,403'])
  expect(await all('/export/a')).toEqual(['403,403', '403,403', '200,200'])
  // In the app's code a scope is required in addition to the method's.
  expect(await status(await made(2, 'read', 'reports'), 'GET', '/reports')).toBe(200)
  expect(await status(reads, 'GET', '/reports')).toBe(403)
  for (const method of ['HEAD', 'OPTIONS']) expect(await status(reads, method, '/things')).toBe(200)
  for (const method of ['PUT', 'PATCH', 'DELETE', 'PURGE'])
    expect(await status(reads, method, '/things')).toBe(403)
  expect(await status(reads, 'POST', '/things', { 'x-http-method-override': 'GET' })).toBe(403)
  expect(await (await ask(reads, 'POST', '/things')).json()).toMatchObject({
    code: 'forbidden',
    detail: 'This needs a token with the scope write.',
  })
  // Allowed for one spelling, not for what another reader may take it for.
  expect(await status(reads, 'POST', '/x/..%2fsearch')).toBe(403)
})

test('A10: a WebSocket needs the scope write, unless routes.require names scopes for its path', async () => {
  const take = (_: unknown, socket: Duplex) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')
  const open = async (token: string, path: string) => {
    const { port } = app.server.address() as AddressInfo
    const headers = { authorization: `Bearer ${token}`, connection: 'Upgrade', upgrade: 'websocket' }
    const sent = httpRequest({ port, host: '127.0.0.1', path, headers, agent: false }).end()
    const [answer] = await Promise.race([once(sent, 'upgrade'), once(sent, 'response')])
    answer.resume()
    return answer.statusCode
  }
  const [reads, writes] = [await made(2, 'read'), await made(2, 'write')]
  // Without a listener for upgrades Node answers the request as any other.
  expect(await open(reads, '/live')).toBe(200)
  app.server.on('upgrade', take)
  try {
    for (const [path, ...statuses] of [
      ['/live', 403, 101],
      ['/live/read', 101, 101],
    ])
      expect([path, await open(reads, `${path}`), await open(writes, `${path}`)]).toEqual([path, ...statuses])
  } finally {
    app.server.off('upgrade', take)
  }
})

test('A10: an administrator’s token has no administrator rights unless it was made with them', async () => {
  expect(await status(await made(1, 'read', 'write'), 'GET', '/admin')).toBe(403)
  expect(await status(await made(1, 'read', 'admin'), 'GET', '/admin')).toBe(200)
  expect(await status(await made(2, 'read', 'admin'), 'GET', '/admin')).toBe(403)
})

test('A10: no token opens the auth API or its pages', async () => {
  const token = await made(2, 'read', 'write', 'admin')
  for (const path of ['/api/auth/me', '/api/auth/sessions', '/api/auth/csrf'])
    expect([path, await status(token, 'GET', path)]).toEqual([path, 401])
  expect(await status(token, 'DELETE', '/api/auth/sessions')).toBe(401)
  expect(await status(token, 'DELETE', `/api/auth/sessions/${app.people[1]!.sessionId}`)).toBe(401)
  expect(await status(token, 'POST', '/api/auth/logout')).toBe(204)
  expect(await status(token)).toBe(200)
})

test('case 23: a token that was revoked, or whose user was disabled, is refused from the next request on', async () => {
  const { id, token } = await createToken(db, 2, { name: 'a', scopes: ['read'], days: 1 })
  expect(await status(token)).toBe(200)
  expect(await revokeMadeToken(db, id)).toBe(true)
  expect(await status(token)).toBe(401)
  expect(await revokeMadeToken(db, id)).toBe(false)
  for (const none of [randomUUID(), 'x', '', "' or 1=1"]) expect(await revokeMadeToken(db, none)).toBe(false)

  const other = await made(3, 'read')
  await setActive(db, 3, false)
  expect(await status(other)).toBe(401)
  await setActive(db, 3, true)
  expect(await status(other)).toBe(401)

  const old = await createToken(
    db,
    2,
    { name: 'old', scopes: ['read'], days: 1 },
    new Date(Date.now() - 86_400_001),
  )
  expect(await status(old.token)).toBe(401)
})

test('A10: a token is in its user’s list of logins, and can be ended there', async () => {
  const { id } = await createToken(db, 2, { name: 'nightly export', scopes: ['read'], days: 1 })
  const list = async () =>
    (await (await app.ask(app.people[1]!, 'GET', '/api/auth/sessions')).json()) as {
      id: string
      token: string | null
    }[]
  expect((await list()).find((one) => one.id === id)).toMatchObject({
    token: 'nightly export',
    scopes: ['read'],
    current: false,
  })
  expect((await list()).find((one) => one.id === app.people[1]!.sessionId)).toMatchObject({ token: null })
  expect((await app.ask(app.people[0]!, 'DELETE', `/api/auth/sessions/${id}`)).status).toBe(404)
  expect((await app.ask(app.people[1]!, 'DELETE', `/api/auth/sessions/${id}`)).status).toBe(204)
  expect((await listTokens(db, 2)).map((one) => one.id)).not.toContain(id)
})

test('A10: no token is stored or printed', async () => {
  const token = await made(2, 'read')
  const rows = await app.stored(
    'select t::text as row from usertwo.tokens t union all select a::text from usertwo.audit a',
  )
  expect(JSON.stringify(rows)).not.toContain(token.slice(3))
  expect(redactText(`sent ${token}, and again`)).toBe('sent [redacted], and again')
})

test('A10: an unknown token is refused, and the last use of a valid one is written seldom', async () => {
  const token = await made(2, 'read')
  const wrong = [
    newApiToken(),
    token.slice(0, -1),
    `${token}A`,
    token.toUpperCase(),
    `ut_${'-'.repeat(43)}`,
    'ut_',
  ]
  for (const one of wrong) expect([one, await status(one)]).toEqual([one, 401])
  const used = async () =>
    (
      await app.stored<{ last_used_at: Date }>(
        'select last_used_at from usertwo.user_sessions order by issued_at desc limit 1',
      )
    )[0]!.last_used_at.getTime()
  const before = await used()
  await ask(token)
  expect(await used()).toBe(before)
  await app.stored("update usertwo.user_sessions set last_used_at = last_used_at - interval '6 minutes'")
  await Promise.all([ask(token), ask(token)])
  expect(await used()).toBeGreaterThanOrEqual(before)
})

test('case 74: a token and the login of another user are refused together', async () => {
  const cookie = `usertwo=${app.people[2]!.token}; __Host-usertwo=${app.people[2]!.token}`
  await setActive(db, 3, true)
  const third = await app.login(3)
  expect(
    await status(await made(2, 'read'), 'GET', '/me', {
      cookie: cookie.replaceAll(app.people[2]!.token, third.token),
    }),
  ).toBe(400)
})
