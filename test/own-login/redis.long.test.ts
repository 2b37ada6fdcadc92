// Plants with sessions in Redis: `init --yes`, the gates, and two users at once. No test has a Redis of the owner's.
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Express } from 'express'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startThrowAwayRedis, type ThrowAwayRedis } from '../../proof/redis/throw-away-redis.js'
import type { ConfigInput } from '../../src/config/config.js'
import { gated, plant, ran, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'
import { skipWithoutRedis } from '../support/redis.js'
import { ALL_APART, type AtSix, ask, askedAtOnce, atSix } from './at-six.js'
import { layApp } from './lay-app.mjs'

describe.skipIf(skipWithoutRedis('an own login with sessions in Redis'))('sessions in Redis', () => {
  let app: { folder: string; remove(): void }
  beforeAll(async () => {
    await build()
    app = layApp('redis-app')
  }, 600_000)
  afterAll(() => app?.remove())

  /** What `init --yes` says of the app with another text in a file of it, and whether it wrote anything. */
  async function initialised(file: string, from: string, to: string, env = {}) {
    const other = layApp('redis-app')
    try {
      plant(other.folder, { file, from, to })
      const said = await ran(other.folder, ['init', '--yes'], env)
      return { ...said, hasWritten: existsSync(join(other.folder, 'usertwo.config.js')) }
    } finally {
      other.remove()
    }
  }

  test('an address in the source is refused by its place, before anything is written', async () => {
    const { code, stderr, hasWritten } = await initialised(
      'redis.js',
      'process.env.REDIS_URL',
      "'redis://localhost:6379'",
    )
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /address is written in the source \(redis\.js:3\): let it read one from a variable/,
    )
    expect(hasWritten).toBe(false)
  })

  test('without a redis-server init says how to have one, before anything is written', async () => {
    const nowhere = { USERTWO_REDIS: '/nowhere/redis-server' }
    const { code, stderr, hasWritten } = await initialised('redis.js', 'redis.on', 'redis.on', nowhere)
    expect(code).toBe(2)
    expect(stderr).toMatch(/gates start one of their own, never yours\..*apt-get install redis-server/)
    expect(hasWritten).toBe(false)
  })

  test('init --yes keeps the login, and gives the app the Redis of a gate', async () => {
    const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
    expect(code, stderr).toBe(0)
    const config = readFileSync(join(app.folder, 'usertwo.config.js'), 'utf8')
    expect(config).toContain("env: { REDIS_URL: '$REDIS_URL' }")
    expect(config).toContain('user: (req) => req.session?.userId ?? null')
    expect(config).toContain("lookups: { users: ['email', 'id'], tables: [] }")
    expect(config).not.toContain('allowHosts')
    expect(stdout).toMatch(/^own login +certain +express-session, kept in connect-redis: the app keeps it/m)
  }, 180_000)

  test('ioredis, with host, port and password in variables of their own', async () => {
    const other = layApp('redis-app')
    try {
      // The last version of connect-redis that takes ioredis.
      rmSync(join(other.folder, 'node_modules/connect-redis'))
      symlinkSync('connect-redis-8', join(other.folder, 'node_modules/connect-redis'))
      const client = `import { Redis } from 'ioredis'
const { CACHE_HOST, CACHE_PORT } = process.env
export const redis = new Redis({ host: CACHE_HOST, port: CACHE_PORT, password: process.env.REDIS_PASSWORD, lazyConnect: true })
`
      writeFileSync(join(other.folder, 'redis.js'), client)
      const { code, stderr } = await usertwo(other.folder, 'init', '--yes')
      expect(code, stderr).toBe(0)
      expect(readFileSync(join(other.folder, 'usertwo.config.js'), 'utf8')).toContain(
        "env: { CACHE_HOST: '$REDIS_HOST', CACHE_PORT: '$REDIS_PORT', REDIS_PASSWORD: '' }",
      )
      const { go, red } = await gated(other.folder, '6', '--only', 'isolation.foreign-ids,isolation.lookups')
      expect(red).toEqual([])
      expect(go).toBe(true)
    } finally {
      other.remove()
    }
  }, 300_000)

  test('the gates are GO of all phases without another edit', async () => {
    const { go, red } = await gated(app.folder)
    expect(red).toEqual([])
    expect(go).toBe(true)
  }, 900_000)

  test('without a redis-server a gate says how to have one', async () => {
    const nowhere = { USERTWO_REDIS: '/nowhere/redis-server' }
    const { code, stderr } = await ran(app.folder, ['gate', '4', '--only', 'auth.own-logout'], nowhere)
    expect(code).toBe(2)
    expect(stderr).toMatch(/USERTWO_REDIS is \/nowhere\/redis-server, which is not a program\. Install it/)
  })

  test('a logout that keeps the session in Redis is NO-GO, by its route', async () => {
    const [from, to] = ['req.session.destroy((error) => {', '((then) => then())((error) => {']
    plant(app.folder, { file: 'app.js', from, to })
    const { go, red } = await gated(app.folder, '4', '--only', 'auth.own-logout')
    plant(app.folder, { file: 'app.js', from: to, to: from })
    expect(go).toBe(false)
    expect(red.join()).toMatch(/^auth\.own-logout: fail: POST \/logout the cookie from before the logout/)
  }, 180_000)

  test('a list that is kept in Redis for all users is NO-GO, by its route', async () => {
    plant(app.folder, {
      file: 'app.js',
      from: "app.get('/api/plants', needLogin, async (_req, res) => {",
      to: `app.get('/api/plants', needLogin, async (_req, res) => {
    const kept = await redis.get('plants-of-all')
    if (kept) return res.type('json').send(kept)
    const send = res.json.bind(res)
    res.json = async (rows) => { await redis.set('plants-of-all', JSON.stringify(rows)); return send(rows) }`,
    })
    plant(app.folder, { file: 'app.js', from: 'plants(app, pool)\n', to: 'plants(app, pool, redis)\n' })
    plant(app.folder, {
      file: 'app.js',
      from: 'function plants(app, pool)',
      to: 'function plants(app, pool, redis)',
    })
    const { go, red } = await gated(app.folder, '6', '--only', 'isolation.foreign-ids')
    expect(go).toBe(false)
    expect(red.join()).toMatch(/: fail: .*GET \/api\/plants/)
  }, 300_000)
})

/** The app as its configuration describes it. */
const CONFIG: ConfigInput = {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users', password: 'password_hash' },
  tables: { plants: { owner: 'user_id' }, waterings: { owner: 'user_id' } },
  routes: { public: ['GET /health', 'GET /login', 'GET /register'] },
  auth: {
    by: 'app',
    user: (req) => (req.session as { userId?: number } | undefined)?.userId ?? null,
    login: { post: '/login' },
    register: { post: '/register' },
    lookups: { users: ['email', 'id'] },
  },
}

describe.skipIf(skipWithoutRedis('two users at once with sessions in Redis'))('two users at once', () => {
  let laid: { folder: string; remove(): void }
  let server: ThrowAwayRedis
  let client: { connect(): Promise<unknown>; destroy(): void; dbSize(): Promise<number> }
  let app: AtSix

  beforeAll(async () => {
    laid = layApp('redis-app')
    server = await startThrowAwayRedis()
    vi.stubEnv('REDIS_URL', server.url)
    const load = (file: string) => import(pathToFileURL(join(laid.folder, file)).href)
    ;({ redis: client } = await load('redis.js'))
    await client.connect()
    const { createApp } = (await load('app.js')) as {
      createApp(pool: pg.Pool, redis: unknown): Express
    }
    const schema = new URL('./redis-app/schema.sql', import.meta.url)
    app = await atSix((pool) => createApp(pool, client), CONFIG, { schema, max: 2 })
  }, 600_000)
  afterAll(async () => {
    await app?.stop()
    client?.destroy()
    await server?.stop()
    laid?.remove()
  })

  /** The session cookie of a user. */
  async function loggedIn(path: string, email: string, password: string): Promise<string> {
    const answer = await ask(app.url + path, 'POST', {}, { email, password })
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    return answer.headers.getSetCookie()[0]!.split(';')[0]!
  }

  test('400 requests are answered with own rows alone, on a pool of two', async () => {
    const first = await loggedIn('/login', 'first@example.com', 'first person')
    const second = await loggedIn('/register', 'second@example.com', 'second person')
    expect(await client.dbSize()).toBeGreaterThanOrEqual(2)
    for (let n = 0; n < 20; n++) {
      const body = { name: `Of second ${n}` }
      const { body: made } = await ask(`${app.url}/api/plants`, 'POST', { cookie: second }, body)
      const place = `${app.url}/api/plants/${made.id}/waterings`
      expect((await ask(place, 'POST', { cookie: second }, { note: 'watered' })).status).toBe(201)
    }
    const ids = async (cookie: string) =>
      ((await ask(`${app.url}/api/plants`, 'GET', { cookie })).body as { id: number }[]).map(({ id }) => id)
    const own = new Map([
      [first, await ids(first)],
      [second, await ids(second)],
    ])
    expect([...own.values()].map(({ length }) => length)).toEqual([20, 20])
    const counts = await askedAtOnce(own, async (cookie, id, children) => {
      const path = `/api/plants/${id}${children ? '/waterings' : ''}`
      const { status, body } = await ask(app.url + path, 'GET', { cookie })
      return children ? Array.isArray(body) && body.some((row) => row.plant_id === id) : status === 200
    })
    expect(counts).toEqual(ALL_APART)
  })

  test('a logout ends the session in Redis', async () => {
    const cookie = await loggedIn('/login', 'first@example.com', 'first person')
    const before = await client.dbSize()
    expect((await ask(`${app.url}/api/me`, 'GET', { cookie })).body).toMatchObject({ id: 1 })
    expect((await ask(`${app.url}/logout`, 'POST', { cookie })).status).toBe(200)
    expect((await ask(`${app.url}/api/me`, 'GET', { cookie })).status).toBe(401)
    expect(await client.dbSize()).toBe(before - 1)
  })
})
