import express5 from 'express'
import request from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest'
import type { Target } from '../../proof/gate/gate.js'
import { type ComicPile, comicPile } from '../support/comic-pile.js'
import { express4 } from '../support/express4.js'
import { type Hardened, hardened } from '../support/hardened.js'
import { freshDatabase } from '../support/postgres.js'

// attacks.md, cases 69 to 76, as far as they apply to an anonymous client.

const LISTED = 'https://app.example.com'
const FOREIGN = [
  'null',
  `${LISTED}.evil`,
  'https://evil-app.example.com',
  'http://app.example.com',
  `${LISTED}:8443`,
  'https://APP.example.com/',
]

let pile: ComicPile
let app: Target
/** what a browser that was logged in once may still send */
let stale: string
beforeAll(async () => {
  pile = await comicPile()
  const { url, adminUrl } = await freshDatabase()
  await pile.seed(url)
  await pile.migrate({ url, adminUrl }, 8)
  app = await pile.start({ url, dial: 8, env: { CORS_ORIGINS: LISTED } })
  const { cookies } = await import('../../src/phases/4-auth/sessions/cookies/cookies.js')
  const { parseSettings } = await import('../../src/config/settings.js')
  const names = cookies(parseSettings({ ENVIRONMENT: 'development', USERTWO_PHASE: '2' }))
  stale = `${names.login}=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c3RhbGUtc2lnbmF0dXJl`
})
afterAll(() => pile?.stop())

const threads = async () => (await app.ask('GET', '/health')).status
const LOGIN = { email: 'a@example.com', password: 'first of all the readers' }

describe('a page of another site, at dial 8', () => {
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'case 69: JSON sent as "%s" is 415, and nothing is done with it',
    async (type) => {
      const headers: Record<string, string> = type ? { 'content-type': type } : {}
      const answer = await app.ask('POST', '/api/auth/login', { headers, body: JSON.stringify(LOGIN) })
      expect(answer.status).toBe(415)
      expect(answer.json).toMatchObject({ code: 'unsupported_media_type' })
    },
  )

  test('case 74: doubled, many and huge cookies are 400, 401 or 431, and the app goes on', async () => {
    const name = stale.split('=')[0]
    const cookies = [
      `${name}=a; ${name}=b`,
      `${stale}; ${stale}`,
      Array.from({ length: 200 }, (_, i) => `c${i}=1`).join('; '),
      `${name}=${'x'.repeat(9_000)}`,
      `${name}=${'x'.repeat(20_000)}`,
      '=; ;; =a; %; "',
    ]
    for (const cookie of cookies) {
      const { status } = await app.ask('GET', '/api/threads/', { headers: { cookie } })
      expect([400, 401, 431], cookie.slice(0, 40)).toContain(status)
    }
    expect(await threads()).toBe(200)
  })
})

const open: Hardened[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.dispose()
})

describe.each([
  ['4', express4],
  ['5', express5],
])('in front of Express %s', (_version, express) => {
  function wrapped(env: Record<string, string> = {}) {
    const done: string[] = []
    const inner = express()
    inner.use(express.urlencoded({ extended: false }))
    inner.delete('/rows/1', (_req, res) => void res.json(done.push('deleted')))
    inner.get('/rows/1', (_req, res) => void res.cookie('theme', 'dark').json({ id: 1 }))
    inner.post('/rows/1', (_req, res) => void res.json({ created: true }))
    inner.get('/cached', (_req, res) => {
      res.set('Cache-Control', 'public, max-age=600').cookie('seen', '1').send('mine')
    })
    inner.get('/raw', (_req, res) => void res.writeHead(200, { 'Set-Cookie': 'a=1' }).end('mine'))
    inner.get('/private', (_req, res) => {
      res.set('Cache-Control', 'private, max-age=60').cookie('seen', '1').send('mine')
    })
    inner.get('/plain', (_req, res) => void res.set('Cache-Control', 'max-age=600').send('all'))
    inner.get('/broken', () => {
      throw new Error('no')
    })
    inner.get('/health', (_req, res) => void res.send('ok'))
    const one = hardened(inner, { env, config: { routes: { public: ['GET /health'] } } })
    open.push(one)
    return { server: one.server, done }
  }

  it('case 72: GET, HEAD, OPTIONS and POST never become another method', async () => {
    const { server, done } = wrapped()
    for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])
      for (const method of ['get', 'head', 'options', 'post'] as const)
        await request(server)[method]('/rows/1?_method=DELETE').set(name, 'DELETE')
    const form = await request(server).post('/rows/1').type('form').send({ _method: 'DELETE' })
    expect(form.body).toEqual({ created: true })
    expect(done).toEqual([])
  })

  it('case 75: an origin is allowed only when it is listed, on errors too, with Vary for caches', async () => {
    const { server } = wrapped({ CORS_ORIGINS: LISTED })
    const answers: [string, number][] = [
      ['/rows/1', 200],
      ['/missing', 404],
      ['/broken', 500],
      [`/rows/1?${'a'.repeat(8_200)}`, 400],
    ]
    const look = async (path: string, status: number) => {
      for (const origin of FOREIGN) {
        const { headers, status: got } = await request(server).get(path).set('Origin', origin)
        expect([got, headers['access-control-allow-origin']], `${path.slice(0, 20)} ${origin}`).toEqual([
          status,
          undefined,
        ])
        expect(headers.vary).toMatch(/origin/i)
      }
      const mine = await request(server).get(path).set('Origin', LISTED)
      expect(mine.headers['access-control-allow-origin']).toBe(LISTED)
    }
    for (const [path, status] of answers) await look(path, status)
    for (let i = 0; i < 301; i++) await request(server).get('/health')
    await look('/health', 429)
  })

  it('case 76: an answer that sets a cookie is not stored by anybody in between', async () => {
    const { server } = wrapped()
    const cached = async (path: string) => (await request(server).get(path)).headers['cache-control']
    for (const path of ['/rows/1', '/cached', '/raw']) expect(await cached(path), path).toBe('no-store')
    expect(await cached('/private')).toBe('private, max-age=60')
    expect(await cached('/plain')).toBe('max-age=600')
  })
})
