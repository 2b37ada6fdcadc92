import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'
import express5 from 'express'
import request from 'supertest'
import { afterEach, describe, expect, it } from 'vitest'
import { express4 } from '../../../test/support/express4.js'
import { type Hardened, hardened, testKit } from '../../../test/support/hardened.js'
import type { ConfigInput } from '../../config/config.js'
import { cspNonce } from './answers/csp-nonce.js'
import { securityHeaders } from './answers/security-headers.js'

// Express 4 has no types of its own here; what is used of it is the same as in 5.
const CANARY = 'zebra-7Qx!kiwi'
const open: Hardened[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.dispose()
})

/** A server that answers by itself, as usertwo does at its own addresses. */
function withoutApp() {
  const setHeaders = securityHeaders(testKit())
  return createServer((req, res) => void setHeaders(req as never, res, () => res.end('a page')))
}

function wrap(app: express5.Express, env: Record<string, string> = {}, config: Partial<ConfigInput> = {}) {
  const one = hardened(app, { env, config })
  open.push(one)
  return one
}

for (const [version, express] of [
  ['4', express4],
  ['5', express5],
] as const) {
  describe(`CORS in front of Express ${version}`, () => {
    const LISTED = 'https://app.example.com'
    function permissive() {
      const app = express()
      app.use((req, res, next) => {
        res.set({
          'Access-Control-Allow-Origin': req.headers.origin ?? '*',
          'Access-Control-Allow-Credentials': 'true',
        })
        next()
      })
      app.get('/', (_req, res) => void res.json({ ok: true }))
      app.get(
        '/head',
        (_req, res) => void res.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end('x'),
      )
      app.get('/broken', () => {
        throw new Error('no')
      })
      app.options('/', (_req, res) => void res.set('Access-Control-Allow-Methods', '*').send('app'))
      return app
    }

    it('replaces what the app says, for every kind of answer', async () => {
      const { server } = wrap(permissive(), { CORS_ORIGINS: LISTED })
      for (const path of ['/', '/head', '/broken', '/missing']) {
        const mine = await request(server).get(path).set('Origin', LISTED)
        expect(mine.headers['access-control-allow-origin'], path).toBe(LISTED)
        expect(mine.headers['access-control-allow-credentials'], path).toBeUndefined()
        const foreign = await request(server).get(path).set('Origin', 'https://evil.example')
        expect(foreign.headers['access-control-allow-origin'], path).toBeUndefined()
        expect(foreign.headers['access-control-allow-credentials'], path).toBeUndefined()
        expect(foreign.headers.vary, path).toMatch(/origin/i)
      }
    })

    it('compares origins exactly', async () => {
      const { server } = wrap(permissive(), { CORS_ORIGINS: LISTED })
      for (const origin of [
        'null',
        `${LISTED}.evil`,
        'https://evil-app.example.com',
        'http://app.example.com',
        `${LISTED}:8443`,
        LISTED.toUpperCase(),
        `${LISTED}/`,
      ]) {
        const answer = await request(server).get('/').set('Origin', origin)
        expect(answer.headers['access-control-allow-origin'], origin).toBeUndefined()
      }
    })

    it('answers preflights itself, foreign ones without a permission', async () => {
      const { server } = wrap(permissive(), { CORS_ORIGINS: LISTED })
      const ask = (origin: string) =>
        request(server).options('/').set({ Origin: origin, 'Access-Control-Request-Method': 'PUT' })
      const mine = await ask(LISTED)
      expect([mine.status, mine.headers['access-control-allow-origin']]).toEqual([204, LISTED])
      expect(mine.headers['access-control-allow-methods']).toMatch(/PUT/)
      const foreign = await ask('https://evil.example')
      expect(foreign.status).toBe(204)
      expect(Object.keys(foreign.headers).filter((name) => name.startsWith('access-control-allow'))).toEqual(
        [],
      )
    })

    it('leaves an OPTIONS that is not a preflight to the app', async () => {
      const { server } = wrap(permissive())
      const answer = await request(server).options('/')
      expect(answer.text).toBe('app')
      expect(answer.headers['access-control-allow-methods']).toBeUndefined()
    })

    it('allows credentials to listed origins once a cookie can hold the login', async () => {
      const env = { CORS_ORIGINS: LISTED, USERTWO_PHASE: '4', JWT_SECRET: 'kV3nq8ZpT1xW6yB4mC9dF2gH7jL5sR0u' }
      const { server } = wrap(permissive(), env)
      const mine = await request(server).get('/').set('Origin', LISTED)
      expect(mine.headers['access-control-allow-credentials']).toBe('true')
      const foreign = await request(server).get('/').set('Origin', 'https://evil.example')
      expect(foreign.headers['access-control-allow-credentials']).toBeUndefined()
    })
  })

  describe(`security headers in front of Express ${version}`, () => {
    function pages() {
      const app = express()
      app.get('/page', (_req, res) => void res.type('html').send('<p>hi'))
      app.get(
        '/strict',
        (_req, res) => void res.set('Content-Security-Policy', "default-src 'none'").type('html').send('x'),
      )
      app.get('/data', (_req, res) => void res.json({}))
      app.get('/auth/login', (_req, res) => void res.send('x'))
      return app
    }

    it('are on every answer, and X-Powered-By on none', async () => {
      const { server } = wrap(pages())
      for (const path of ['/page', '/data', '/missing']) {
        const { headers } = await request(server).get(path)
        expect(headers['x-powered-by'], path).toBeUndefined()
        expect(headers['x-content-type-options'], path).toBe('nosniff')
        expect(headers['referrer-policy'], path).toBe('strict-origin-when-cross-origin')
        expect(headers['cross-origin-opener-policy'], path).toBe('same-origin')
        expect(headers['x-request-id'], path).toMatch(/^[\da-f-]{36}$/)
      }
    })

    it('need not remove X-Powered-By, which Express no longer sets; from a mounted app they do', async () => {
      const app = express()
      const mounted = express()
      const seen: boolean[] = []
      const answer: express5.RequestHandler = (_req, res) => {
        seen.push(res.hasHeader('X-Powered-By'))
        res.json({})
      }
      app.get('/own', answer)
      app.use('/mounted', mounted.get('/', answer))
      const { server } = wrap(app)
      for (const path of ['/own', '/mounted', '/missing'])
        expect((await request(server).get(path)).headers['x-powered-by'], path).toBeUndefined()
      expect(seen).toEqual([false, true])
    })

    it("report the policy on the app's pages until phase 7, then enforce it beside the app's own", async () => {
      const before = wrap(pages()).server
      const page = await request(before).get('/page')
      expect(page.headers['content-security-policy']).toBeUndefined()
      expect(page.headers['content-security-policy-report-only']).toContain("script-src 'self'")
      expect(
        (await request(before).get('/data')).headers['content-security-policy-report-only'],
      ).toBeUndefined()
      const after = wrap(pages(), {
        USERTWO_PHASE: '7',
        JWT_SECRET: 'kV3nq8ZpT1xW6yB4mC9dF2gH7jL5sR0u',
      }).server
      expect((await request(after).get('/page')).headers['content-security-policy']).not.toContain(
        'unsafe-inline',
      )
      const strict = (await request(after).get('/strict')).headers['content-security-policy']
      expect(strict).toContain("default-src 'none'")
      expect(strict).toContain("script-src 'self'")
    })

    it('allow scripts within a page by a nonce, another in each answer, and by what the policy of the app allows', async () => {
      const app = express()
      app.get('/page', async (_req, res) => {
        await new Promise(setImmediate)
        const nonce = cspNonce()
        res.type('html').send(`${nonce} ${cspNonce() === nonce}`)
      })
      app.get('/plain', (_req, res) => void res.type('html').send('<p>'))
      const theirs = "script-src 'nonce-abc' 'sha256-x/Y='"
      app.get('/own', (_req, res) => void res.set('Content-Security-Policy', theirs).type('html').send('<p>'))
      const key = { JWT_SECRET: 'kV3nq8ZpT1xW6yB4mC9dF2gH7jL5sR0u' }
      for (const [dial, name] of [
        ['2', 'content-security-policy-report-only'],
        ['7', 'content-security-policy'],
      ] as const) {
        const { server } = wrap(app, { USERTWO_PHASE: dial, ...key })
        const made = new Set<string>()
        for (const _ of [1, 2]) {
          const { text, headers } = await request(server).get('/page')
          const [, nonce] = /^([\w-]{22}) true$/.exec(text) ?? []
          made.add(nonce!)
          expect(headers[name]).toContain(`script-src 'self' 'nonce-${nonce}';`)
          expect(headers[name]).toContain(`style-src 'self' 'nonce-${nonce}';`)
        }
        expect(made.size).toBe(2)
        expect((await request(server).get('/plain')).headers[name]).toContain("script-src 'self';")
        expect((await request(server).get('/own')).headers[name]).toContain(
          "script-src 'self' 'nonce-abc' 'sha256-x/Y=';",
        )
      }
      expect(cspNonce()).toBe('')
    })

    const FRAMED = "frame-ancestors 'self' https://dashboard.example.com"
    const framed = (dial: number) => {
      const app = express()
      const says = (path: string, headers: Record<string, string>, removed?: string) =>
        app.get(path, (_req, res) => {
          if (removed) res.removeHeader(removed)
          res.set(headers).type('html').send('<p>hi')
        })
      says('/policy', { 'Content-Security-Policy': `default-src 'self'; ${FRAMED}` })
      says('/only', { 'Content-Security-Policy': FRAMED })
      app.get('/two', (_req, res) =>
        res.set('Content-Security-Policy', ["default-src 'self'", FRAMED]).type('html').send('<p>hi'),
      )
      app.get('/appended', (_req, res) =>
        res
          .set('X-Frame-Options', 'DENY')
          .append('Content-Security-Policy', FRAMED)
          .type('html')
          .send('<p>hi'),
      )
      says('/deny', { 'X-Frame-Options': 'DENY' })
      says('/from', { 'X-Frame-Options': 'ALLOW-FROM https://dashboard.example.com' })
      says('/none', {}, 'X-Frame-Options')
      says('/silent', { 'Content-Security-Policy': "default-src 'self'" })
      app.get('/head', (_req, res) =>
        res.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': FRAMED }).end('<p>'),
      )
      return wrap(app, {
        USERTWO_PHASE: String(dial),
        JWT_SECRET: 'kV3nq8ZpT1xW6yB4mC9dF2gH7jL5sR0u',
      }).server
    }

    it.each([2, 7])('keep what the app says about framing its pages, at dial %i', async (dial) => {
      const server = framed(dial)
      const said = async (path: string) => {
        const { headers } = await request(server).get(path)
        const policies = [
          headers['content-security-policy'],
          headers['content-security-policy-report-only'],
        ].filter(Boolean)
        return {
          options: headers['x-frame-options'],
          ancestors: [...new Set(policies.join('; ').match(/frame-ancestors[^;,]*/g))],
        }
      }
      for (const path of ['/policy', '/only', '/two', '/appended', '/head'])
        expect([path, await said(path)]).toEqual([path, { options: undefined, ancestors: [FRAMED] }])
      expect(await said('/deny')).toEqual({ options: 'DENY', ancestors: ["frame-ancestors 'none'"] })
      expect(await said('/from')).toMatchObject({ ancestors: [] })
      expect(await said('/none')).toEqual({ options: undefined, ancestors: [] })
      expect(await said('/silent')).toEqual({
        options: 'SAMEORIGIN',
        ancestors: ["frame-ancestors 'self'"],
      })
    })

    it('keep every other header that the app sets itself, except those that are listed', async () => {
      const own = {
        'Cross-Origin-Opener-Policy': 'unsafe-none',
        'Cross-Origin-Resource-Policy': 'cross-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
        'Origin-Agent-Cluster': '?0',
        'Permissions-Policy': 'camera=()',
        'Referrer-Policy': 'origin',
        'X-DNS-Prefetch-Control': 'on',
        'X-Permitted-Cross-Domain-Policies': 'all',
        'X-Robots-Tag': 'noindex',
        'X-XSS-Protection': '1',
        'Cache-Control': 'public, max-age=60',
        'Clear-Site-Data': '"cache"',
        'X-Frame-Options': 'DENY',
        'Server-Timing': 'db;dur=53',
        'Timing-Allow-Origin': 'https://dashboard.example.com',
        Link: '</style.css>; rel=preload',
        ETag: '"mine"',
        'Last-Modified': 'Thu, 15 Jan 2026 12:00:00 GMT',
        Expires: 'Thu, 15 Jan 2026 12:01:00 GMT',
        'Content-Language': 'de',
        'Content-Disposition': 'attachment; filename="notes.csv"',
        'Retry-After': '30',
        'Reporting-Endpoints': 'main="https://reports.example.com"',
        'Service-Worker-Allowed': '/',
        SourceMap: '/app.js.map',
        'X-Total-Count': '7',
      }
      const replaced = {
        'X-Powered-By': 'PHP',
        'X-Content-Type-Options': 'sniff',
        'Strict-Transport-Security': 'max-age=1',
        'Access-Control-Allow-Origin': '*',
      }
      const app = express()
      app.get('/own', (_req, res) => void res.set({ ...own, ...replaced }).json({}))
      const { headers } = await request(wrap(app).server).get('/own')
      for (const [name, value] of Object.entries(own))
        expect([name, headers[name.toLowerCase()]]).toEqual([name, value])
      expect(headers['x-content-type-options']).toBe('nosniff')
      for (const name of ['X-Powered-By', 'Strict-Transport-Security', 'Access-Control-Allow-Origin'])
        expect([name, headers[name.toLowerCase()]]).toEqual([name, undefined])
      const documented = readFileSync(
        new URL('../../../docs/how-to/raise-the-dial.md', import.meta.url),
        'utf8',
      )
      for (const name of [...Object.keys(own), ...Object.keys(replaced)])
        expect(documented).toContain(name.startsWith('Access-Control-') ? '`Access-Control-…`' : `\`${name}`)
    })

    it.each([2, 7])(
      'keep the cookies that the app sets, and its directives for caches, at dial %i',
      async (dial) => {
        const lines = ['filter=open; Path=/; HttpOnly', 'theme=dark; Max-Age=60; SameSite=Lax']
        const app = express()
        for (const [path, control] of [
          ['/plain', undefined],
          ['/public', 'public, max-age=60'],
          ['/private', 'private, max-age=60'],
        ] as const)
          app.get(path, (_req, res) => {
            if (control) res.set('Cache-Control', control)
            res.set('Set-Cookie', lines).json({})
          })
        app.get('/head', (_req, res) => void res.writeHead(200, { 'Set-Cookie': lines }).end())
        const { server } = wrap(app, {
          USERTWO_PHASE: String(dial),
          JWT_SECRET: 'kV3nq8ZpT1xW6yB4mC9dF2gH7jL5sR0u',
        })
        const said = async (path: string) => {
          const { headers } = await request(server).get(path)
          return [headers['set-cookie'], headers['cache-control']]
        }
        for (const path of ['/plain', '/public', '/head'])
          expect([path, await said(path)]).toEqual([path, [lines, 'no-store']])
        expect(await said('/private')).toEqual([lines, 'private, max-age=60'])
      },
    )

    it("enforce the policy on the toolkit's own pages at once", async () => {
      const { headers } = await request(withoutApp()).get('/auth/login')
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    })

    it('send HSTS over https only, and trust no more proxies than configured', async () => {
      const plain = await request(wrap(pages()).server).get('/data').set('X-Forwarded-Proto', 'https')
      expect(plain.headers['strict-transport-security']).toBeUndefined()
      const { server } = wrap(pages(), { TRUST_PROXY: '1' })
      for (const path of ['/page', '/data', '/missing', '/auth/login', '/%']) {
        const { headers } = await request(server).get(path).set('X-Forwarded-Proto', 'https')
        expect([path, headers['strict-transport-security']]).toEqual([
          path,
          'max-age=31536000; includeSubDomains',
        ])
      }
    })
  })

  describe(`error answers of Express ${version}`, () => {
    function faulty() {
      const app = express()
      app.use(express.json())
      app.post(
        '/rate',
        (req, res) =>
          void res.status(422).json({
            detail: 'Validation failed',
            errors: [{ field: 'body.rating', message: 'Required', type: 'missing', input: req.body }],
            body: req.body,
          }),
      )
      app.get(
        '/health',
        (_req, res) =>
          void res.status(503).json({
            status: 'unhealthy',
            database: 'disconnected',
            error: 'connect ECONNREFUSED 127.0.0.1:5432',
          }),
      )
      app.get(
        '/sql',
        (_req, res) =>
          void res
            .writeHead(500, { 'Content-Type': 'application/json' })
            .end(
              '{"message":"insert into \\"threads\\" (\\"title\\") values ($1) - violates not-null","stack":"Error: at x"}',
            ),
      )
      app.get('/throw', () => {
        throw new Error(`boom ${CANARY}`)
      })
      app.get('/said', (_req, res) => void res.status(500).json({ detail: 'Internal server error' }))
      app.get('/missing', (_req, res) => void res.status(404).json({ detail: 'Thread 9 not found' }))
      app.get('/stream', (_req, res) => {
        res.status(200)
        res.write('{"stack":')
        res.end('"kept"}')
      })
      app.get('/error-stream', (_req, res) => {
        res.status(500).type('json')
        res.write('{"a":1,')
        res.end('"stack":"x"}')
      })
      return app
    }

    it('echo nothing of what was sent (mistake 9)', async () => {
      const answer = await request(wrap(faulty()).server).post('/rate').send({ password: CANARY })
      expect(answer.status).toBe(422)
      expect(answer.body).toEqual({
        detail: 'Validation failed',
        errors: [{ field: 'body.rating', message: 'Required', type: 'missing' }],
      })
    })

    it('say nothing of drivers, statements and stacks', async () => {
      const { server } = wrap(faulty())
      expect((await request(server).get('/health')).body).toEqual({
        status: 'unhealthy',
        database: 'disconnected',
        error: 'Service Unavailable',
      })
      expect((await request(server).get('/sql')).body).toEqual({ message: 'Internal Server Error' })
      const thrown = await request(server).get('/throw')
      expect(thrown.status).toBe(500)
      expect(thrown.headers['content-type']).toMatch(/html/)
      expect(thrown.text).not.toMatch(/zebra|node_modules|\.ts/)
      expect((await request(server).get('/error-stream')).body).toEqual({ a: 1 })
    })

    it('are cleaned when the app compressed them, and lose no byte when there is nothing to clean', async () => {
      const app = express()
      const packed = (body: string) => gzipSync(body)
      app.get('/packed', (_req, res) => {
        res.status(500).set({ 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' })
        res.end(packed('{"detail":"relation \\"threads\\" does not exist","code":7}'))
      })
      app.get('/fine', (_req, res) => {
        res.status(404).set({ 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' })
        res.end(packed('{"detail":"Thread 9 not found"}'))
      })
      app.get('/unreadable', (_req, res) => {
        res.status(500).set({ 'Content-Type': 'application/json', 'Content-Encoding': 'zstd' }).end('threads')
      })
      const { server } = wrap(app)
      expect((await request(server).get('/packed')).body).toEqual({
        detail: 'Internal Server Error',
        code: 7,
      })
      const fine = await request(server).get('/fine')
      expect([fine.headers['content-encoding'], fine.text]).toEqual([
        'gzip',
        '{"detail":"Thread 9 not found"}',
      ])
      expect((await request(server).get('/unreadable')).text).not.toContain('threads')
    })

    it('keep the app’s middleware that wraps write and end working', async () => {
      const app = express()
      app.use((_req, res, next) => {
        // As compression does: every chunk passes through the method that was there before.
        const { write, end } = res
        const loud = (chunk: unknown) => (typeof chunk === 'string' ? chunk.toUpperCase() : chunk)
        res.write = ((chunk: unknown) => Reflect.apply(write, res, [loud(chunk)])) as typeof write
        res.end = ((chunk: unknown) =>
          Reflect.apply(end, res, chunk === undefined ? [] : [loud(chunk)])) as typeof end
        next()
      })
      app.get('/pieces', (_req, res) => {
        res.type('text')
        for (const piece of ['a', 'b', 'c']) res.write(piece)
        res.end('d')
      })
      app.get('/failed', (_req, res) => {
        res.status(404).type('text')
        for (const piece of ['a', 'b', 'c']) res.write(piece)
        res.end('d')
      })
      const { server } = wrap(app)
      expect(String((await request(server).get('/pieces').buffer(true)).text ?? '')).toBe('ABCD')
      expect((await request(server).get('/failed')).text).toBe('ABCD')
    })

    it('stay as they are when they reveal nothing', async () => {
      const { server } = wrap(faulty())
      expect((await request(server).get('/said')).text).toBe('{"detail":"Internal server error"}')
      expect((await request(server).get('/missing')).text).toBe('{"detail":"Thread 9 not found"}')
      expect((await request(server).get('/stream')).text).toBe('{"stack":"kept"}')
      expect(
        (await request(server).get('/health').set('Connection', 'close').unset('Accept-Encoding')).status,
      ).toBe(503)
    })
  })

  describe(`limits in front of Express ${version}`, () => {
    const config = { routes: { public: ['GET /health'] }, spa: { index: '/', routes: ['/queue'] } }
    function small() {
      const app = express()
      app.get('/health', (_req, res) => void res.send('ok'))
      app.get('/api/own', (_req, res) => void res.send('ok'))
      app.post('/api/own', (_req, res) => void res.send('ok'))
      return app
    }

    it('case 111: count public routes by address, in every spelling, whatever X-Forwarded-For claims', async () => {
      const { server } = wrap(small(), {}, config)
      const spellings = ['/health', '/HEALTH', '//health', '/health/', '/%68ealth']
      const seen = new Set<number>()
      for (let i = 0; i < 310; i++)
        seen.add(
          (
            await request(server)
              .get(spellings[i % 5]!)
              .set('X-Forwarded-For', `10.0.0.${i % 250}`)
          ).status,
        )
      const last = await request(server).get('/health')
      expect(last.status).toBe(429)
      expect(last.body.code).toBe('rate_limited')
      expect(Number(last.headers['retry-after'])).toBeGreaterThan(0)
      expect((await request(server).get('/api/own')).status).toBe(200)
    })

    it('case 110: count clients behind a trusted proxy one by one', async () => {
      const { server } = wrap(small(), { TRUST_PROXY: '1' }, config)
      const from = (address: string) => request(server).get('/health').set('X-Forwarded-For', address)
      for (let i = 0; i < 301; i++) await from(`6.6.6.${i % 200}, 10.0.0.1`)
      expect((await from('6.6.6.201, 10.0.0.1')).status).toBe(429)
      expect((await from('6.6.6.201, 10.0.0.2')).status).toBe(200)
    })

    it('answer TRACE themselves, without what the request held', async () => {
      const app = small()
      app.all('/all', (req, res) => void res.json(req.headers))
      const { status, headers, text } = await request(wrap(app).server).trace('/all').set('Cookie', 'a=1')
      expect([status, headers.allow]).toEqual([405, 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'])
      expect(text).not.toContain('a=1')
    })

    it('turn away bodies, addresses, headers and cookies beyond reason', async () => {
      const { server } = wrap(small())
      const large = request(server)
        .post('/api/own')
        .set('Content-Length', String(26 * 1024 * 1024))
      expect((await large.catch((error) => error.response ?? { status: 413 })).status).toBe(413)
      expect((await request(server).get(`/api/own?a=${'a'.repeat(8_200)}`)).status).toBe(400)
      const many = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`x-h${i}`, '1']))
      expect((await request(server).get('/api/own').set(many)).status).toBe(400)
      expect((await request(server).get('/api/own').set('Cookie', 'a=1;'.repeat(150))).status).toBe(400)
      expect((await request(server).get('/api/own')).status).toBe(200)
    })
  })

  describe(`what is logged in front of Express ${version}`, () => {
    it('is one safe line for each request, with the route and no values', async () => {
      const app = express()
      app.get('/api/threads/:id', (_req, res) => void res.send('ok'))
      const { server, lines } = wrap(app)
      const answer = await request(server)
        .get(`/api/threads/7?token=${CANARY}&q=secretly`)
        .set('X-Request-Id', 'forged\tid')
      const line = JSON.parse(lines.find((one) => one.includes('answered'))!)
      expect(line).toMatchObject({
        method: 'GET',
        route: '/api/threads/:id',
        status: 200,
        query: 'token q',
        requestId: answer.headers['x-request-id'],
      })
      expect(lines.join('')).not.toMatch(/zebra|secretly|forged/)
    })

    it.each(['/auth/login?token=1', '/a?token=status', '/a?q=&token=requestId'])(
      'keeps its own names and words for %s',
      async (path) => {
        const { server, lines } = wrap(express())
        const { headers } = await request(server).get(path)
        const line = JSON.parse(lines.find((one) => one.includes('"query"'))!)
        expect(line).toMatchObject({ method: 'GET', status: 404, requestId: headers['x-request-id'] })
      },
    )

    it('adds size and type of what auth routes are sent, never content', async () => {
      const { server, lines } = wrap(express())
      await request(server).post('/api/auth/login').send({ email: 'a@b.c', password: CANARY })
      const line = JSON.parse(lines.find((one) => one.includes('answered'))!)
      expect(line.body).toEqual({ bytes: 41, type: 'application/json' })
      expect(lines.join('')).not.toMatch(/zebra|a@b/)
    })

    it('case 112: holds no secret of a request, whatever careless code of the app prints (mistake 10)', async () => {
      const printed: string[] = []
      const before = process.stdout.write
      process.stdout.write = ((text: string) => {
        printed.push(String(text))
        return true
      }) as typeof before
      try {
        const app = express()
        app.use(express.json())
        app.post('/login', (req, res) => {
          process.stdout.write(
            `all of it: ${JSON.stringify({ headers: req.headers, body: req.body, url: req.url })}\n`,
          )
          process.stdout.write(`just the value: ${req.body.deep[0].password} for ${req.body.name}\n`)
          process.stdout.write(`cookie ${req.headers.cookie}, authorization ${req.headers.authorization}\n`)
          res.send('ok')
        })
        app.get('/items/:id', (req, res) => {
          process.stdout.write(`no item ${req.params.id} in ${decodeURIComponent(req.path)}\n`)
          res.send('ok')
        })
        const { server } = wrap(app)
        await request(server).get(`/items/${encodeURIComponent('7\nINFO forged\u2028too')}`)
        await request(server)
          .post(`/login?api_key=${encodeURIComponent(CANARY)}-q`)
          .set('Cookie', `theme=${CANARY}-c`)
          .set('Authorization', `Bearer ${CANARY}-h`)
          .send({ name: 'ann\nINFO forged', deep: [{ password: `${CANARY}-b` }] })
      } finally {
        process.stdout.write = before
      }
      const text = printed.join('')
      expect(text).toContain('just the value: [redacted] for ann\\nINFO forged')
      expect(text).toContain('no item 7\\nINFO forged\\u2028too in /items/7\\nINFO forged\\u2028too\n')
      expect(text).not.toContain('zebra')
      expect(text).not.toMatch(/^INFO forged/m)
    })
  })
}

describe('an app that keeps its own login where usertwo would have its API and pages', () => {
  const auth = {
    by: 'app' as const,
    user: () => null,
    login: { post: '/api/auth/login' },
    lookups: { users: ['email', 'id'] },
  }

  it('has its errors cleaned there too, and no policy of usertwo’s pages', async () => {
    const app = express4()
    app.use(express4.json())
    app.post('/api/auth/login', (_req, res) => void res.json({ ok: true }))
    app.get(
      '/auth/page',
      (_req, res) => void res.type('html').send('<script src="https://cdn.example/x.js"></script>'),
    )
    const { server } = wrap(app, {}, { auth })
    const sent = '{"a": tr'
    const broken = await request(server)
      .post('/api/auth/login')
      .set('content-type', 'application/json')
      .send(sent)
    expect(broken.status).toBe(400)
    expect(broken.text).not.toMatch(/\bat \S+ \(|node_modules|JSON/)
    const page = await request(server).get('/auth/page')
    expect(page.headers['content-security-policy']).toBeUndefined()
  })
})
