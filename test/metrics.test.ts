import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import express, { type Express } from 'express'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { usertwo, type Wrapped } from '../src/wrap.js'
import { type WrappedApp, wrappedApp } from './support/wrapped-app.js'

const prom = createRequire(import.meta.url)('prom-client') as typeof import('prom-client')
const TOKEN = 'b5Rk2mXq9TzLw7VcHs4NdJ8pYfGuEa13'

/** A line of the figures: its name, its labels, its value. */
const LINE = /^(\w+)(?:\{(.*)\})? (\S+)$/
function read(text: string): { name: string; labels: Record<string, string>; value: number }[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = LINE.exec(line) ?? []
    if (!name) return []
    return {
      name,
      labels: Object.fromEntries(
        [...labels.matchAll(/(\w+)="((?:\\.|[^"\\])*)"/g)].map(([, k, v]) => [k, v]),
      ),
      value: Number(value),
    }
  })
}

const notes = (more: (app: Express) => void = () => {}) => {
  const app = express()
  more(app)
  app.get('/health', (_req, res) => void res.send('ok'))
  app.get('/notes/:id', (_req, res) => void res.json({}))
  app.get('/broken/:id', () => {
    throw new Error('broken')
  })
  app.use(
    '/people/:email',
    express.Router().get('/notes', (_req, res) => void res.json([])),
  )
  return app
}
const served = (env: Record<string, string>, more?: (app: Express) => void) =>
  wrappedApp(() => notes(more), {
    env: { LOG_LEVEL: 'silent', TRUST_PROXY: '0', ...env },
  })

describe('with METRICS', () => {
  let app: WrappedApp
  const figures = async (headers: Record<string, string> = {}) => fetch(`${app.url}/metrics`, { headers })
  const lines = async () => read(await (await figures()).text())
  const value = async (name: string, labels: Record<string, string> = {}) =>
    (await lines())
      .filter((one) => one.name === name && Object.entries(labels).every(([k, v]) => one.labels[k] === v))
      .reduce((sum, one) => sum + one.value, 0)
  const post = (path: string, body: object, token?: string) =>
    fetch(`${app.url}/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    })

  beforeAll(async () => {
    app = await served({ METRICS: 'true' })
  })
  afterAll(() => app.dispose())

  test('there are exactly these names and labels, each with a zero to start from', async () => {
    await fetch(`${app.url}/health`)
    const seen = new Map<string, Set<string>>()
    for (const { name, labels } of await lines())
      seen.set(name, new Set([...(seen.get(name) ?? []), ...Object.keys(labels)]))
    expect(Object.fromEntries([...seen].map(([name, labels]) => [name, [...labels].sort()]))).toEqual({
      auth_login_success_total: ['provider'],
      auth_login_fail_total: ['reason'],
      auth_refresh_rotations_total: [],
      auth_revocations_total: [],
      auth_hash_queue_waiting: [],
      auth_hash_queue_running: [],
      auth_hash_queue_refused_total: [],
      isolation_refusals_total: ['code'],
      database_pool_max: ['pool'],
      database_pool_size: ['pool'],
      database_pool_idle: ['pool'],
      database_pool_waiting: ['pool'],
      http_request_duration_seconds_bucket: ['le', 'method', 'route', 'status'],
      http_request_duration_seconds_sum: ['method', 'route', 'status'],
      http_request_duration_seconds_count: ['method', 'route', 'status'],
    })
    const all = await lines()
    expect(all.filter(({ name }) => name.startsWith('auth_')).map(({ labels }) => labels)).toEqual([
      { provider: 'password' },
      { reason: 'invalid_credentials' },
      { reason: 'email_not_verified' },
      { reason: 'rate_limited' },
      {},
      {},
      {},
      {},
      {},
    ])
    const { headers } = await figures()
    expect(headers.get('content-type')).toMatch(/^text\/plain; (?:charset=utf-8; )?version=0\.0\.4/)
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('the time of requests is counted by the pattern of their route, and not by user', async () => {
    const [one] = app.people
    await app.ask(one!, 'GET', '/notes/4711?token=4712')
    await app.ask(one!, 'GET', '/people/ann@example.com/notes')
    await app.ask(one!, 'GET', '/broken/4713')
    await app.ask(one!, 'GET', '/nothing/ann@example.com')
    await app.ask(null, 'GET', '/notes/4714')
    await post('/login', { email: 'ann@example.com', password: 'another one' })
    const count = (route: string, status: string, method = 'GET') =>
      value('http_request_duration_seconds_count', { route, status, method })
    await vi.waitFor(async () => expect(await count('/api/auth/login', '401', 'POST')).toBe(1), 10_000)
    expect(await count('/notes/:id', '200')).toBe(1)
    expect(await count('/people/:email/notes', '200')).toBe(1)
    expect(await count('/broken/:id', '500')).toBe(1)
    expect(await count('unmatched', '404')).toBe(1)
    expect(await count('unmatched', '401')).toBe(1)
    const text = await (await figures()).text()
    // Not digits within a measured time, such as 0.04713.
    expect(text).not.toMatch(/@|(?<![\d.])471\d(?!\d)|(?<!code="foreign_)owner|default_user|user 1/)
  })

  test('case 120: who did not ask on this machine is answered as before', async () => {
    const there = await figures()
    expect(there.status).toBe(200)
    const nowhere = await fetch(`${app.url}/metrics-missing`, {
      headers: { 'x-forwarded-for': '203.0.113.7' },
    })
    const elsewhere = await figures({ 'x-forwarded-for': '203.0.113.7' })
    expect([elsewhere.status, elsewhere.headers.get('content-type')]).toEqual([
      nowhere.status,
      nowhere.headers.get('content-type'),
    ])
    expect(elsewhere.status).toBe(401)
    const [one] = app.people
    const known = { authorization: `Bearer ${one!.token}`, 'x-forwarded-for': '203.0.113.7' }
    expect((await figures(known)).status).toBe(404)
    expect((await fetch(`${app.url}/metrics`, { method: 'POST' })).status).toBe(401)
    expect(await (await fetch(`${app.url}/metrics`, { method: 'HEAD' })).text()).toBe('')
  })
})

/** Without a database it is shown at 2: the same layers, without logins. */
const running: Wrapped[] = []
afterEach(async () => {
  if (!running.length) return
  await stop()
  prom.register.clear()
})
async function stop(): Promise<void> {
  for (const one of running.splice(0)) await one.dispose()
  vi.unstubAllEnvs()
}
const CONFIG = { app: { start: ['node', 'server.js'] }, owner: { id: 1 }, users: { table: 'users' } }
async function start(env: Record<string, string>, more?: (app: Express) => void) {
  for (const [name, one] of Object.entries({ ENVIRONMENT: 'test', LOG_LEVEL: 'silent', ...env }))
    vi.stubEnv(name, one)
  const wrapped = usertwo(notes(more), CONFIG)
  running.push(wrapped)
  const { port } = (await wrapped.listen(0, '127.0.0.1')).address() as AddressInfo
  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close', ...headers } })
  return { ask, status: async (headers = {}) => (await ask('/metrics', headers)).status }
}
const ON = { USERTWO_PHASE: '2', METRICS: 'true' }

test('case 120: with METRICS_TOKEN it is the token that counts, and nothing else', async () => {
  const { status } = await start({ ...ON, METRICS_TOKEN: TOKEN })
  expect(await status({ authorization: `Bearer ${TOKEN}`, 'x-forwarded-for': '203.0.113.7' })).toBe(200)
  expect(await status()).toBe(404)
  expect(await status({ authorization: `Bearer ${TOKEN.slice(0, -1)}4` })).toBe(404)
})

test.each([
  ['off', '2', {}],
  ['below phase 2', '1', { METRICS: 'true' }],
])('%s there is nothing: no route, and no figure is kept', async (_when, dial, env) => {
  const { status, ask } = await start({ USERTWO_PHASE: dial, ...env })
  const nowhere = await ask('/metricz')
  expect(await (await ask('/metrics')).text()).toBe((await nowhere.text()).replace('metricz', 'metrics'))
  expect(await status()).toBe(404)
  expect(await prom.register.metrics()).toBe('\n')
})

test('an app that has figures itself has all in its own registry, and its own route answers', async () => {
  const asked = new prom.Counter({ name: 'notes_asked_total', help: 'Notes.', labelNames: ['kind'] })
  const { ask } = await start(ON, (own) => {
    own.get(
      '/metrics',
      async (_req, res) => void res.type('text').send(`own ${await prom.register.metrics()}`),
    )
  })
  asked.inc({ kind: 'a' })
  const text = await (await ask('/metrics', { 'x-forwarded-for': '203.0.113.7' })).text()
  expect(text).toMatch(/^own /)
  expect(text).toContain('notes_asked_total{kind="a"} 1')
  expect(text).toContain('auth_login_success_total{provider="password"} 0')
})

test('an app with a registry of its own has ours in it, and what it names as ours stays its own', async () => {
  const own = new prom.Registry()
  const merged = () => prom.Registry.merge([own, new prom.Registry()])
  new prom.Counter({ name: 'notes_asked_total', help: 'Notes.', registers: [own] }).inc()
  new prom.Counter({ name: 'auth_revocations_total', help: 'Mine.', registers: [own] }).inc(7)
  const { ask } = await start(ON, (app) => {
    app.get('/metrics', async (_req, res) => void res.type('text').send(await own.metrics()))
    app.get('/merged', async (_req, res) => void res.type('text').send(await merged().metrics()))
  })
  await ask('/notes/1')
  const text = await (await ask('/metrics')).text()
  expect(text).toContain('notes_asked_total 1')
  expect(text).toContain('auth_login_success_total{provider="password"} 0')
  expect(text).toContain('auth_revocations_total 7')
  expect(text).toMatch(
    /http_request_duration_seconds_count\{method="GET",route="\/notes\/:id",status="200"\} 1/,
  )
  expect(await (await ask('/merged')).text()).toContain('auth_login_success_total{provider="password"} 0')
  await stop()
  expect(own.getMetricsAsArray().map(({ name }) => name)).toEqual([
    'notes_asked_total',
    'auth_revocations_total',
  ])
  expect(await own.metrics()).not.toContain('auth_login')
})

test('a registry of the app’s own is left alone where the app has figures in the default one', async () => {
  const own = new prom.Registry()
  new prom.Counter({ name: 'notes_asked_total', help: 'Notes.', labelNames: ['kind'] })
  const { ask } = await start(ON, (app) => {
    app.get('/metrics', async (_req, res) => {
      res.type('text').send((await own.metrics()) + (await prom.register.metrics()))
    })
  })
  const text = await (await ask('/metrics')).text()
  expect(text.match(/^# HELP auth_revocations_total/gm)).toHaveLength(1)
  await stop()
  prom.register.clear()
})

test('a metric of the app with one of usertwo’s names stays the app’s', async () => {
  const mine = new prom.Histogram({
    name: 'http_request_duration_seconds',
    help: 'Mine.',
    labelNames: ['path'],
  })
  const { ask } = await start(ON)
  await ask('/notes/1')
  mine.observe({ path: '/a' }, 1)
  const text = await (await ask('/metrics')).text()
  expect(text).toContain('http_request_duration_seconds_count{path="/a"} 1')
  expect(text).not.toContain('route=')
  expect(text).toContain('auth_revocations_total 0')
  await stop()
  expect(prom.register.getSingleMetric('http_request_duration_seconds')).toBe(mine)
  expect(prom.register.getSingleMetric('auth_revocations_total')).toBeUndefined()
  prom.register.clear()
})

test('without prom-client the start stops, and says how to install it', async () => {
  vi.resetModules()
  const file = '../src/metrics/prom-client.js'
  const { promClient } = (await import(file)) as typeof import('../src/metrics/prom-client.js')
  vi.doMock(file, () => ({ promClient: () => promClient(['/'], []) }))
  const fresh = (await import('../src/wrap.js')) as typeof import('../src/wrap.js')
  for (const [name, one] of Object.entries({ ENVIRONMENT: 'test', ...ON })) vi.stubEnv(name, one)
  const wrapped = fresh.usertwo(notes(), CONFIG)
  await expect(wrapped.ready()).rejects.toThrow(/METRICS=true.*npm install prom-client/)
  await wrapped.dispose()
  vi.doUnmock(file)
  vi.unstubAllEnvs()
})
