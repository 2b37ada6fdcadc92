import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import express from 'express'
import request from 'supertest'
import { afterEach, expect, test, vi } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { express4 } from '../../../../test/support/express4.js'
import { wrappedApp } from '../../../../test/support/wrapped-app.js'
import { currentUser, currentUserId } from '../../../index.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const open: { dispose(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.dispose()
})

/** A template engine that reads only own properties of the locals Express passes. */
const PAGE = join(tmpdir(), `page-${process.pid}.page`)
writeFileSync(PAGE, 'Hello {user}, {csrfToken}')
const engine = (path: string, given: object, done: (error: null, text: string) => void) => {
  const { user, csrfToken } = { ...given } as { user: { username: string } | null; csrfToken(): string }
  const text = readFileSync(path, 'utf8')
  done(
    null,
    text
      .replace('{user}', user ? user.username : 'anonymous')
      .replace('{csrfToken}', csrfToken() || 'no token'),
  )
}

test.each([
  ['5', express],
  ['4', express4 as typeof express],
])(
  'Express %s: templates get the current user and the CSRF token for their forms',
  async (_version, make) => {
    const app = make()
    app.engine('page', engine)
    for (const path of ['/page', '/auth/of-the-app', '/api/auth/of-the-app'])
      app.get(path, (_req, res) => res.render(PAGE))
    app.post(
      '/form',
      express.urlencoded(),
      (req, res) => void res.json({ got: (req.body as { text: string }).text }),
    )
    app.get('/who', (req, res) => {
      const { user } = req as unknown as { user?: { id: number; roles: string[] } }
      user?.roles.push('admin')
      if (user) user.id = 2
      res.json({
        user,
        current: currentUser()?.id ?? null,
        roles: currentUser()?.roles,
        own: Object.keys(res.locals),
      })
    })
    const routes = { public: ['GET /health', 'GET /page'] }
    const served = await wrappedApp(() => app, { users: 2, config: { routes } })
    open.push(served)
    const [one, two] = served.people
    const cookie = (token: string) => `usertwo=${token}; __Host-usertwo=${token}`
    const get = async (path: string, who = one!) =>
      (await fetch(served.url + path, { headers: { cookie: cookie(who.token) } })).text()

    const page = await get('/page')
    expect(page).toMatch(/^Hello user 1, [\w-]{40,}$/)
    expect(await get('/page')).toBe(page)
    expect(await get('/page', two)).not.toBe(page)
    for (const path of ['/auth/of-the-app', '/api/auth/of-the-app']) expect(await get(path)).toBe(page)
    expect(await (await fetch(`${served.url}/page`)).text()).toBe('Hello anonymous, no token')
    expect(await (await served.ask(one!, 'GET', '/page')).text()).toBe('Hello user 1, no token')

    const token = page.split(', ')[1]!
    const send = (csrf: string) =>
      fetch(`${served.url}/form`, {
        method: 'POST',
        headers: { cookie: cookie(one!.token) },
        body: new URLSearchParams({ _csrf: csrf, text: 'a' }),
      })
    expect(await (await send(token)).json()).toEqual({ got: 'a' })
    expect((await send('x')).status).toBe(403)
    // A copy: changing it does not change the current user.
    expect(JSON.parse(await get('/who'))).toMatchObject({
      user: { id: 2 },
      current: 1,
      roles: ['user'],
      own: ['user', 'csrfToken'],
    })
  },
)

test('at dial 4 the code of each of many requests at once knows its user', async () => {
  const app = express()
  app.get('/health', (_req, res) => void res.json({ user: currentUser() }))
  app.get('/after', async (_req, res) => {
    await wait(5)
    res.json({ user: currentUser(), id: currentUserId() })
  })
  // A parser that reads by the events of the request, which Node emits for the connection.
  app.use((req, _res, next) => void req.on('data', () => {}).on('end', () => next()))
  app.post('/parsed', (_req, res) => {
    setTimeout(() => res.json({ user: currentUser(), id: currentUserId() }), 5)
  })
  const served = await wrappedApp(() => app, { users: 1, env: { USERTWO_PHASE: '4' } })
  open.push(served)
  const [owner] = served.people
  const answered = async (ask: Promise<Response>) =>
    (await (await ask).json()) as { user: Record<string, unknown> | null; id: number | null }
  const asked = await Promise.all(
    Array.from({ length: 60 }, (_, n) => {
      if (n % 3 === 0) return answered(fetch(`${served.url}/health`))
      if (n % 3 === 1) return answered(served.ask(owner!, 'GET', '/after'))
      return answered(served.ask(owner!, 'POST', '/parsed', { text: 'a' }))
    }),
  )
  for (const [n, { user, id }] of asked.entries())
    if (n % 3 === 0) expect(user).toBe(null)
    else
      expect({ id, name: user?.['username'], session: user?.['sessionId'] }).toEqual({
        id: 1,
        name: 'user 1',
        session: owner!.sessionId,
      })
})

const told: string[] = []
const hook =
  (what: string) =>
  async ({ id }: { id: number | string }) => {
    told.push(`${what} ${id} as ${currentUserId()}`)
    if (what === 'login') throw new Error('the hook of the app')
  }

async function claimed(auth: object): Promise<AuthApp> {
  const one = await authApp({ config: { auth } as never, open: true })
  open.push(one)
  told.length = 0
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
  return one
}

test('hooks run as the user who registered, logged in or out; an error in one is reported and changes no answer', async () => {
  const one = await claimed({
    onRegistered: hook('registered'),
    onLogin: hook('login'),
    onLogout: hook('logout'),
  })
  const other = { email: 'other@example.com', password: 'another long one' }
  await request(one.app).post('/api/auth/register').send(other).expect(202)
  // A registration with a taken address makes no user.
  await request(one.app).post('/api/auth/register').send(other).expect(202)
  const { body } = await request(one.app).post('/api/auth/login').send(other).expect(200)
  await request(one.app)
    .post('/api/auth/login')
    .send({ ...other, password: 'a wrong one' })
    .expect(401)
  const logout = () =>
    request(one.app).post('/api/auth/logout').set('Authorization', `Bearer ${body.access_token}`).expect(204)
  await logout()
  await logout()
  await vi.waitFor(() => expect(told).toHaveLength(4))
  expect(told).toEqual(['registered 1 as 1', 'registered 2 as 2', 'login 2 as 2', 'logout 2 as 2'])
  expect(one.reported).toEqual([new Error('the hook of the app')])
})

test('no answer waits for a hook', async () => {
  const one = await claimed({
    onLogin: () => new Promise(() => {}),
    onRegistered: () => {
      throw new Error('at once')
    },
  })
  await request(one.app).post('/api/auth/login').send(OWNER).expect(200)
  await vi.waitFor(() => expect(one.reported).toHaveLength(1))
})

test('a hook that is not a function is an error at the start', async () => {
  await expect(authApp({ config: { auth: { onLogin: 'later' } } as never })).rejects.toThrow(
    'auth.onLogin: give a function, ({ id }) => …',
  )
})
