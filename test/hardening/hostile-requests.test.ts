import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import express5 from 'express'
import request from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest'
import type { Target } from '../../proof/gate/gate.js'
import { hardenServer } from '../../src/phases/2-hardening/requests/request-guards.js'
import { type ComicPile, comicPile } from '../support/comic-pile.js'
import { express4 } from '../support/express4.js'
import { type Hardened, hardened } from '../support/hardened.js'
import { bytesOf, pathVariants } from '../support/path-variants.js'
import { freshDatabase } from '../support/postgres.js'
import { rawRequest, statusOf } from '../support/raw-http.js'

// attacks.md, cases 107 to 112 and 117 to 120, as far as they apply to an anonymous client.

const OPENING = 'app.use(logErrors)'
/** Says every call of the app itself, past every redaction. */
const COUNTED = {
  file: 'server/app.js',
  find: OPENING,
  replace: `${OPENING}
  app.use((req, res, next) => { process._rawDebug('REACHED ' + req.method + ' ' + req.url); next() })`,
}

let pile: ComicPile
let open: Target
let closed: Target
beforeAll(async () => {
  pile = await comicPile()
  const { url, adminUrl } = await freshDatabase()
  await pile.seed(url)
  open = await pile.start({ url, dial: 2 })
  const later = await freshDatabase()
  await pile.seed(later.url)
  await pile.migrate(later, 8)
  closed = await pile.start({ url: later.url, dial: 8, edits: [COUNTED] })
  void adminUrl
})
afterAll(() => pile?.stop())

const port = (target: Target) => Number(new URL(target.url).port)
const alive = async (target: Target) => (await target.ask('GET', '/health')).status

describe('pages', () => {
  test('case 107: the toolkit’s own have a policy without exceptions, and no word of what serves them', async () => {
    for (const path of ['/auth/login', '/auth/register']) {
      const { status, headers } = await closed.ask('GET', path)
      expect(status).toBe(200)
      const policy = String(headers['content-security-policy'])
      for (const part of [
        "default-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
      ])
        expect(policy).toContain(part)
      expect(policy).not.toMatch(/unsafe-|\*/)
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['cross-origin-opener-policy']).toBe('same-origin')
      expect(headers['x-powered-by']).toBeUndefined()
      expect(headers['strict-transport-security']).toBeUndefined()
    }
  })

  test('case 108: what the address says is never markup of the page', async () => {
    const nasty = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`
    for (const name of ['next', 'email', 'error', 'message', 'code']) {
      const { body } = await closed.ask('GET', `/auth/login?${name}=${encodeURIComponent(nasty)}`)
      expect(body, name).not.toContain('<script>alert')
      expect(body, name).not.toContain('<img src=x')
    }
  })
})

const DEEP = '['.repeat(10_000) + ']'.repeat(10_000)
const json = { 'content-type': 'application/json' }
const BODIES: [string, Record<string, string>, string | Buffer][] = [
  ['malformed JSON', json, '{"a":'],
  ['a number', json, '1'],
  ['null', json, 'null'],
  ['an array', json, '[1]'],
  ['5 MB', json, `{"email":"${'x'.repeat(5 * 1024 * 1024)}"}`],
  ['depth 10,000', json, `{"email":${DEEP}}`],
  [
    'a gzip bomb',
    { ...json, 'content-encoding': 'gzip' },
    gzipSync(`{"a":"${'x'.repeat(20 * 1024 * 1024)}"}`),
  ],
  ['invalid gzip', { ...json, 'content-encoding': 'gzip' }, 'plain'],
  ['an unknown encoding', { ...json, 'content-encoding': 'zz' }, '{}'],
  ['utf-7', { 'content-type': 'application/json; charset=utf-7' }, '{"email":"+AGE-"}'],
  ['duplicate keys', json, '{"email":"a","email":{"b":1},"__proto__":{"isAdmin":true}}'],
  ['no content type', {}, '{"email":"a@example.com"}'],
  ['bytes that are not UTF-8', json, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
]

describe('bodies', () => {
  test.each(BODIES)('case 109: %s is the client’s fault', async (what, headers, body) => {
    // Each from an address of its own: a login may be tried five times a minute.
    const address = `127.0.42.${BODIES.findIndex(([name]) => name === what) + 1}`
    const as = { name: 'visitor', address, headers: {} }
    const own = await closed.ask('POST', '/api/auth/login', { headers, body, as })
    expect([400, 401, 413, 415]).toContain(own.status)
    expect(own.headers['content-type']).toMatch(/problem\+json/)
    const apps = await open.ask('POST', '/api/threads/', { headers, body })
    expect(apps.status).toBeGreaterThanOrEqual(400)
    expect(apps.status).toBeLessThan(500)
    expect(apps.body).not.toMatch(/is not valid JSON|\bat \S+:\d+/)
    expect([await alive(open), await alive(closed)]).toEqual([200, 200])
  })

  test('case 112: what is sent forges no line of the log and colours no terminal', async () => {
    const forged = 'x\n{"level":"fatal","msg":"FORGED"}\r\n\u001b[31mFORGED\u2028FORGED'
    const headers = { ...json, 'user-agent': `agent ${encodeURIComponent(forged)}` }
    for (const target of [open, closed]) {
      await target.ask('POST', `/api/threads/?q=${encodeURIComponent(forged)}`, {
        headers,
        body: { title: forged, [forged]: forged },
      })
      await target.ask('GET', `/missing/${encodeURIComponent(forged)}`)
      await target.ask('POST', '/api/auth/login', { body: { email: forged, password: forged } })
      expect(target.output()).not.toMatch(/^(?:\{"level":"fatal"|FORGED)/m)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
      expect(target.output()).not.toMatch(/[\u001b\u2028]/)
    }
  })
})

const wrapped: Hardened[] = []
afterEach(async () => {
  for (const one of wrapped.splice(0)) await one.dispose()
})

describe.each([
  ['4', express4],
  ['5', express5],
])('on Express %s', (_version, express) => {
  it('case 117: a handler whose promise fails ends its request with 500, and the process lives', async () => {
    const seen: unknown[] = []
    const unhandled = (error: unknown) => seen.push(error)
    process.on('unhandledRejection', unhandled)
    try {
      const inner = express()
      const router = express.Router()
      inner.use('/mounted', async (req, _res, next) => {
        if (req.query.fail) throw new Error('in mounted middleware')
        next()
      })
      router.get('/routed', async () => {
        await Promise.resolve()
        throw new Error('in a routed handler')
      })
      inner.use('/mounted', router)
      inner.get('/late', async (_req, res) => {
        res.send('answered')
        throw new Error('after the answer')
      })
      inner.get('/fine', async (_req, res) => void res.send('fine'))
      const one = hardened(inner)
      wrapped.push(one)
      const get = (path: string) => request(one.server).get(path).timeout(5_000)
      expect((await get('/mounted?fail=1')).status).toBe(500)
      expect((await get('/mounted/routed')).status).toBe(500)
      expect((await get('/late')).text).toBe('answered')
      expect((await get('/fine')).text).toBe('fine')
      await new Promise((done) => setTimeout(done, 20))
      expect(seen).toEqual([])
    } finally {
      process.off('unhandledRejection', unhandled)
    }
  })
})

test('case 118: at dial 8 no spelling of a route reaches the app without a login', async () => {
  const routes = [
    'GET /api/threads/',
    'GET /api/threads/1',
    'POST /api/threads/',
    'DELETE /api/threads/1',
    'GET /api/sessions/',
    'GET /api/admin/settings',
    'GET /api/tasks/metrics',
    'GET /debug/5xx-stats',
    'GET /api/export/threads.csv',
  ]
  const variants = pathVariants(routes, 400, 118)
  const before = closed.output().split('REACHED').length
  const statuses = new Map<number, number>()
  let next = 0
  const worker = async () => {
    while (next < variants.length) {
      const one = variants[next++]!
      const answer = await rawRequest(port(closed), bytesOf(one))
      expect(answer, one.line).not.toMatch(/"(?:issues_remaining|start_die|total_5xx|session_id)"/)
      statuses.set(statusOf(answer), (statuses.get(statusOf(answer)) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  const reached = closed
    .output()
    .split('REACHED')
    .slice(before)
    .map((text) => text.split('\n')[0])
  console.log(`400 variants without a login at dial 8: ${JSON.stringify(Object.fromEntries(statuses))}`)
  expect(reached.filter((line) => /threads|sessions\/|settings|metrics|5xx|export/i.test(line!))).toEqual([])
})

test('case 120: metrics are not public', async () => {
  for (const path of ['/metrics', '/api/tasks/metrics', '/api/metrics', '/METRICS/'])
    expect([401, 404], path).toContain((await closed.ask('GET', path)).status)
})

describe('slow and flooding clients', () => {
  let server: Server
  beforeAll(async () => {
    const { server: made } = hardened(express5().get('/', (_req, res) => void res.send('ok')))
    server = hardenServer(
      createServer({ connectionsCheckingInterval: 100 }, made.listeners('request')[0] as never),
    )
    server.headersTimeout = 600
    server.requestTimeout = 1_200
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const at = () => (server.address() as AddressInfo).port
  const honest = async () =>
    statusOf(await rawRequest(at(), 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'))

  it('are ended: a head that never ends, a body that never comes', async () => {
    const endless = rawRequest(at(), 'GET / HTTP/1.1\r\nHost: x\r\nX-A: ')
    const silent = rawRequest(at(), 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf')
    expect(statusOf(await endless)).toBe(408)
    expect([404, 408]).toContain(statusOf(await silent))
    expect(await honest()).toBe(200)
  })

  it('do not keep others out: 300 open connections that say nothing', async () => {
    const sockets = Array.from({ length: 300 }, () => connect(at(), '127.0.0.1').on('error', () => {}))
    expect(await honest()).toBe(200)
    for (const socket of sockets) socket.destroy()
    expect(await honest()).toBe(200)
  })

  it('are refused: thousands of headers, one of 64 kB, and nonsense', async () => {
    const many = Array.from({ length: 5_000 }, (_, i) => `x${i}: ${i}`).join('\r\n')
    const some = Array.from({ length: 150 }, (_, i) => `x${i}: ${i}`).join('\r\n')
    const ask = (headers: string) =>
      rawRequest(at(), `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n\r\n`)
    expect(statusOf(await ask(many))).toBe(431)
    expect(statusOf(await ask(`x: ${'x'.repeat(64 * 1024)}`))).toBe(431)
    expect(statusOf(await ask(some))).toBe(400)
    for (const nonsense of [
      '\u0000\u0000\r\n\r\n',
      'GET\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      '\x16\x03\x01\x02',
    ])
      expect(statusOf(await rawRequest(at(), nonsense)), JSON.stringify(nonsense)).toBeGreaterThanOrEqual(400)
    expect(
      statusOf(
        await rawRequest(
          at(),
          'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        ),
      ),
    ).toBe(400)
    expect(await honest()).toBe(200)
  })
})
