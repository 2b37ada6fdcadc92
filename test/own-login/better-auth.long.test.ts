// Albums with the logins of better-auth: `init --yes`, the gates, the opening that its login needs, and two users at once.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Express, Request, Response } from 'express'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ConfigInput } from '../../src/config/config.js'
import { gated, plant, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'
import { ALL_APART, type AtSix, ask, askedAtOnce, atSix } from './at-six.js'
import { layApp } from './lay-app.mjs'

let laid: { folder: string; remove(): void }
beforeAll(async () => {
  await build()
  laid = layApp('better-auth-app')
}, 600_000)
afterAll(() => laid?.remove())

describe('better-auth by init', () => {
  test('scan names it, and that it can stay', async () => {
    const { stdout } = await usertwo(laid.folder, 'scan')
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /login better-auth at auth\.js:4: it can stay: usertwo init reads it/,
    )
  })

  test('init --yes writes its routes, its session and its tables', async () => {
    const { code, stdout, stderr } = await usertwo(laid.folder, 'init', '--yes')
    expect(code, stderr).toBe(0)
    const config = readFileSync(join(laid.folder, 'usertwo.config.js'), 'utf8')
    expect(config).toContain("(await import('./auth.js')).auth.api.getSession(")
    expect(config).toContain("post: '/api/auth/sign-in/email'")
    expect(config).toContain("post: '/api/auth/sign-up/email'")
    expect(config).toContain("logout: '/api/auth/sign-out'")
    expect(config).toContain("{ table: 'session', token: 'token', owner: 'userId' }")
    expect(config).toContain("{ table: 'account', owner: 'userId', password: 'password' }")
    expect(config).toMatch(/verification: \{ access: 'closed' \}/)
    expect(config).toMatch(/public: \[.*'GET \/api\/auth\/get-session', 'POST \/api\/auth\/sign-out'/)
    expect(stdout).toMatch(/^own login +certain +better-auth: the app keeps it/m)
    expect(readFileSync(join(laid.folder, 'usertwo/baseline.har'), 'utf8')).toContain('/api/albums')
  }, 180_000)

  test('the gates are GO of all phases without another edit', async () => {
    const { go, red } = await gated(laid.folder)
    expect(red).toEqual([])
    expect(go).toBe(true)
  }, 900_000)

  test('passwords that are not enabled end init, and say why', async () => {
    const other = layApp('better-auth-app')
    try {
      plant(other.folder, {
        file: 'auth.js',
        from: 'emailAndPassword: { enabled: true }',
        to: 'socialProviders: {}',
      })
      const { code, stderr } = await usertwo(other.folder, 'init', '--yes')
      expect(code).toBe(2)
      expect(stderr).toMatch(/auth\.js:4: .*better-auth.*do not enable emailAndPassword/)
    } finally {
      other.remove()
    }
  }, 180_000)
})

/** The app as its configuration describes it. */
const config = (user: (req: { headers: { cookie?: string } }) => Promise<string | null>): ConfigInput => ({
  app: { start: ['node', 'server.js'] },
  owner: { id: OWNER },
  users: { table: 'user' },
  tables: {
    albums: { owner: 'user_id' },
    plays: { owner: 'user_id' },
    verification: { access: 'closed' },
  },
  routes: { public: ['GET /health', 'GET /login', 'GET /login.js', 'GET /api/auth/get-session'] },
  auth: {
    by: 'app',
    user: user as never,
    login: { post: '/api/auth/sign-in/email' },
    register: { post: '/api/auth/sign-up/email' },
    logout: '/api/auth/sign-out',
    lookups: {
      users: ['email', 'id'],
      tables: [
        { table: 'session', token: 'token', owner: 'userId' },
        { table: 'account', owner: 'userId', password: 'password' },
      ],
    },
  },
})
const OWNER = '2cCfmPJbn3oFaDnyLQvqCGf0PpVOYkzK'

describe('two users at once', () => {
  let app: AtSix
  beforeAll(async () => {
    const load = (file: string) => import(pathToFileURL(join(laid.folder, file)).href)
    // better-auth has a pool of its own, which it opens when it is loaded: with the database of this test.
    const user = async ({ headers: { cookie = '' } }: { headers: { cookie?: string } }) => {
      const { auth } = await load('auth.js')
      return (await auth.api.getSession({ headers: new Headers({ cookie }) }))?.user.id ?? null
    }
    const schema = new URL('./better-auth-app/schema.sql', import.meta.url)
    app = await atSix(
      async (pool) => {
        const { createApp } = (await load('app.js')) as {
          createApp(pool: pg.Pool, more: (app: Express) => void): Express
        }
        const asked = (text: string) => async (req: Request, res: Response) =>
          void res.json((await pool.query(text, [req.params.value])).rows)
        return createApp(pool, (own) => {
          own.get('/accounts/:value', asked('select * from account where "userId" = $1'))
          own.get('/users/:value', asked('select * from "user" where email = $1'))
          own.get('/sessions/:value', asked('select * from session where "userId" = $1'))
        })
      },
      config(user),
      { schema, max: 2, env: { TRUST_PROXY: '1' } },
    )
  }, 600_000)
  afterAll(async () => {
    const { pool } = await import(pathToFileURL(join(laid.folder, 'db.js')).href)
    await app?.stop()
    await pool.end()
  })

  const post = (path: string, body: object, headers = {}) => ask(app.url + path, 'POST', headers, body)
  const cookieOf = (answer: { headers: Headers }) => answer.headers.getSetCookie()[0]!.split(';')[0]!
  let clients = 0
  /** From an address of its own. */
  const login = (email: string, password: string) =>
    post('/api/auth/sign-in/email', { email, password }, { 'x-forwarded-for': `198.51.100.${++clients}` })
  const FIRST = ['first@example.com', 'first person'] as const
  const SECOND = ['second@example.com', 'second person'] as const

  test('a user registers, logs in, and sees themselves', async () => {
    const [email, password] = SECOND
    const made = await post('/api/auth/sign-up/email', { email, password, name: 'Second' })
    expect(made.status, JSON.stringify(made.body)).toBe(200)
    const cookie = cookieOf(await login(...SECOND))
    expect((await ask(`${app.url}/api/me`, 'GET', { cookie })).body).toMatchObject({ name: 'Second' })
    const session = await ask(`${app.url}/api/auth/get-session`, 'GET', { cookie })
    expect(session.body.user.email).toBe(email)
    expect((await ask(`${app.url}/api/auth/get-session`, 'GET', {})).status).toBe(200)
    expect((await ask(`${app.url}/api/me`, 'GET', {})).status).toBe(401)
  })

  test('a route that is not of the login reaches no other account, user or session', async () => {
    const [first, cookie] = [await login(...FIRST), cookieOf(await login(...SECOND))]
    const read = async (path: string, headers: Record<string, string>) =>
      (await ask(`${app.url}${path}`, 'GET', headers)).body.length
    for (const path of [`/accounts/${OWNER}`, `/sessions/${OWNER}`, `/users/${FIRST[0]}`]) {
      expect(await read(path, { cookie }), path).toBe(0)
      expect((await ask(app.url + path, 'GET', {})).status, path).toBe(401)
      expect(await read(path, { cookie: cookieOf(first) }), path).toBeGreaterThan(0)
    }
  })

  test('400 requests are answered with own rows alone, on a pool of two', async () => {
    const [first, second] = [cookieOf(await login(...FIRST)), cookieOf(await login(...SECOND))]
    for (let n = 0; n < 20; n++) {
      const { body: made } = await post('/api/albums', { title: `Of second ${n}` }, { cookie: second })
      expect(
        (await post(`/api/albums/${made.id}/plays`, { note: 'played' }, { cookie: second })).status,
      ).toBe(201)
    }
    const ids = async (cookie: string) =>
      ((await ask(`${app.url}/api/albums`, 'GET', { cookie })).body as { id: number }[]).map(({ id }) => id)
    const own = new Map([
      [first, await ids(first)],
      [second, await ids(second)],
    ])
    expect([...own.values()].map(({ length }) => length)).toEqual([20, 20])
    const counts = await askedAtOnce(own, async (cookie, id, children) => {
      const { status, body } = await ask(`${app.url}/api/albums/${id}${children ? '/plays' : ''}`, 'GET', {
        cookie,
      })
      return children ? Array.isArray(body) && body.some((row) => row.album_id === id) : status === 200
    })
    expect(counts).toEqual(ALL_APART)
  }, 60_000)

  test('a logout ends the session in the database; a changed password ends the others', async () => {
    const origin = app.url
    const cookie = cookieOf(await login(...SECOND))
    expect((await post('/api/auth/sign-out', {}, { cookie, origin })).status).toBe(200)
    expect((await ask(`${app.url}/api/me`, 'GET', { cookie })).status).toBe(401)
    const [here, there] = [cookieOf(await login(...SECOND)), cookieOf(await login(...SECOND))]
    const change = { currentPassword: SECOND[1], newPassword: 'another of second', revokeOtherSessions: true }
    const changed = await post('/api/auth/change-password', change, { cookie: here, origin })
    expect(changed.status, JSON.stringify(changed.body)).toBe(200)
    expect((await ask(`${app.url}/api/me`, 'GET', { cookie: there })).status).toBe(401)
    expect((await login(...SECOND)).status).toBe(401)
    expect((await login(SECOND[0], 'another of second')).status).toBe(200)
    expect((await login(...FIRST)).status).toBe(200)
  })

  test('the names of wrong passwords are known, although better-auth reads the body itself', async () => {
    const statuses: number[] = []
    for (let n = 0; n < 6; n++)
      statuses.push((await login('third@example.com', `wrong password ${n}`)).status)
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401])
    expect(statuses.at(-1)).toBe(429)
  })
})
