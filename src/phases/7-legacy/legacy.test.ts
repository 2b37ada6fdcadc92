import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import express5, { type Request, type Response } from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { legacyDifferences } from '../../../proof/checks/7-legacy/gate.js'
import { express4 } from '../../../test/support/express4.js'
import { testKit } from '../../../test/support/hardened.js'
import { rawRequest, statusOf } from '../../../test/support/raw-http.js'
import type { ConfigInput } from '../../config/config.js'
import type { Person } from '../../core/context.js'
import { Problem, sendProblem } from '../../core/problem.js'
import { asInnerApp, callInner } from '../../express/inner-app.js'
import { guardMatched } from '../../express/matched.js'
import { retireRoutes } from './legacy.js'
import { spaRoutes } from './spa-routes.js'

const reader: Person = {
  id: 1,
  username: null,
  email: 'a@example.com',
  isAdmin: false,
  roles: [],
  permissions: [],
  scopes: null,
  sessionId: '1',
  jti: '1',
}

function behind(app: RequestListener, config: Partial<ConfigInput>, person: Person | null = reader) {
  const inner = asInnerApp(app)
  const kit = testKit({ config, userOf: () => person })
  const [retire, open] = [retireRoutes(kit), spaRoutes(kit)]
  guardMatched(inner, (_route, req, res, next) =>
    retire(req as Request, res as Response, (error) =>
      error instanceof Problem ? sendProblem(req as Request, res as Response, error) : next(error),
    ),
  )
  const outer = express5()
  outer.use(open)
  outer.use((req, res) => callInner(inner, req, res))
  const server = createServer(outer)
  return Object.assign(request(server), { server })
}

describe.each([
  ['Express 4', express4],
  ['Express 5', express5],
])('%s', (_name, express) => {
  function old() {
    const app = express()
    const threads = express.Router()
    threads.get('/active', (_req, res) => void res.type('html').send('<ul>old</ul>'))
    threads.get('/:id', (req, res) => void res.json({ id: req.params.id }))
    threads.post('/active', (_req, res) => void res.json({ posted: true }))
    app.use('/api/threads', threads)
    app.get(['/api/rate', '/api/rate/'], (_req, res) => void res.send('<form>old</form>'))
    app.get('/', (req, res) => void res.send(`index ${req.url}`))
    return app
  }
  const routes = (answers: NonNullable<NonNullable<ConfigInput['routes']>['legacy']>) => ({
    routes: { legacy: answers },
  })

  it('answers before the callbacks of parameters', async () => {
    const called: string[] = []
    const app = old()
    app.param('note', (req, _res, next) => {
      called.push(req.url)
      next()
    })
    app.get('/notes/:note', (_req, res) => void res.send('a note'))
    app.get('/notes/:note/text', (_req, res) => void res.send('its text'))
    const gone = behind(app, routes({ 'GET /notes/:note': 410, 'POST /notes/:note/text': 404 }))
    expect((await gone.get('/notes/1')).status).toBe(410)
    expect((await gone.get('/notes/%31/')).status).toBe(410)
    expect(called).toEqual([])
    expect((await gone.get('/notes/1/text')).text).toBe('its text')
    expect(called).toEqual(['/notes/1/text'])
  })

  it('answers 410 and 404 as problems, and leaves other methods alone', async () => {
    const gone = behind(old(), routes({ 'GET /api/threads/active': 410 }))
    const answer = await gone.get('/api/threads/active')
    expect([answer.status, answer.body.code]).toEqual([410, 'gone'])
    expect((await gone.head('/api/threads/active')).status).toBe(410)
    expect((await gone.post('/api/threads/active')).body).toEqual({ posted: true })
    const absent = behind(old(), routes({ '/api/threads/active': 404 }))
    expect((await absent.post('/api/threads/active')).body.code).toBe('not_found')
  })

  it('answers every spelling that the app takes for the route', async () => {
    const gone = behind(old(), routes({ 'GET /api/threads/active': 410 }))
    for (const path of ['/API/Threads/ACTIVE', '/api/threads/active/', '/api/threads/active?x=1'])
      expect((await gone.get(path)).status).toBe(410)
    // The app reads this one as an id: it is another route, and never the old page.
    expect((await gone.get('/api/threads/active2')).body).toEqual({ id: 'active2' })
  })

  it('answers every spelling of a route in a list, and inside a mounted app', async () => {
    const app = express()
    const sub = express()
    sub.get('/page/:id', (_req, res) => void res.send('old'))
    app.get(['/one', '/two/:id'], (_req, res) => void res.send('old'))
    app.use('/sub', sub)
    const gone = behind(app, routes({ 'GET /one': 410, 'GET /two/:id': 410, 'GET /sub/page/:id': 410 }))
    for (const path of ['/one', '/one/', '/ONE', '/two/7', '/two/7/', '/sub/page/7', '/SUB/page/7/'])
      expect([path, (await gone.get(path)).status]).toEqual([path, 410])
  })

  it('takes two routes that differ by a slash for two where the app does', async () => {
    const app = express()
    app.enable('strict routing')
    app.get('/one', (_req, res) => void res.send('old'))
    app.get('/one/', (_req, res) => void res.send('kept'))
    const gone = behind(app, routes({ 'GET /one': 410 }))
    expect((await gone.get('/one')).status).toBe(410)
    expect((await gone.get('/one/')).text).toBe('kept')
  })

  it('redirects so that the browser asks with GET', async () => {
    const moved = behind(old(), {
      routes: {
        legacy: { 'GET /api/rate': { redirect: '/rate' }, 'POST /api/threads/active': { redirect: '/' } },
      },
    })
    const read = await moved.get('/api/rate')
    expect([read.status, read.headers.location]).toEqual([302, '/rate'])
    const sent = await moved.post('/api/threads/active')
    expect([sent.status, sent.headers.location]).toEqual([303, '/'])
  })

  it('protects, and retires, for people who are logged in only', async () => {
    const config = routes({ 'GET /api/rate': 'protect', 'GET /api/threads/active': 410 })
    expect((await behind(old(), config).get('/api/rate')).text).toContain('old')
    const anonymous = behind(old(), config, null)
    expect((await anonymous.get('/api/rate')).status).toBe(401)
    expect((await anonymous.get('/api/threads/active')).status).toBe(401)
  })

  it('does not treat a router as a retired route of the same path', async () => {
    const gone = behind(old(), routes({ 'GET /api/threads': 410 }))
    expect((await gone.get('/api/threads/7')).body).toEqual({ id: '7' })
  })

  it('gives the index for client-side pages to browsers only', async () => {
    const app = behind(old(), { spa: { index: '/', routes: ['/queue', '/sessions/:id'] } })
    const open = (path: string) => app.get(path).set('Accept', 'text/html').set('Sec-Fetch-Mode', 'navigate')
    expect((await open('/queue')).text).toBe('index /')
    expect((await open('/Queue/?a=b')).text).toBe('index /?a=b')
    expect((await open('/sessions/7')).text).toBe('index /')
    expect((await open('/sessions/')).status).toBe(404)
    expect((await open('/sessions/7/more')).status).toBe(404)
    expect((await app.get('/queue').set('Accept', 'application/json')).status).toBe(404)
    expect((await app.post('/queue').set('Accept', 'text/html')).status).toBe(404)
  })
})

it.each([
  ['an encoded slash', '/list/a%2fb'],
  ['a dot segment', '/list/..'],
  ['an encoded dot segment below a router', '/api/old/%2e%2e/page'],
  ['an encoded slash below a router', '/api/old/a%2fb/page'],
  ['the absolute form', 'http://x/list/7'],
])('reaches no retired route by %s', async (_what, target) => {
  const app = express5()
  const page = express5.Router()
  page.get('/page', (_req, res) => void res.send('old'))
  app.use('/api/old/:id', page)
  app.get(['/list/:id', '/lists'], (_req, res) => void res.send('old'))
  const { server } = behind(app, { routes: { legacy: { 'GET /api/old/:id/page': 410, '/list/:id': 410 } } })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const answer = await rawRequest(port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  await new Promise((done) => server.close(done))
  expect(statusOf(answer)).toBe(410)
})

it('declares what a route retired by every method answers', () => {
  const { config } = testKit({ config: { routes: { legacy: { '/old': 410, 'GET /kept': 'protect' } } } })
  expect(legacyDifferences(config).map(({ route, to }) => [route, to])).toEqual([['* /old', '410']])
})

it('refuses patterns: what is retired is listed', () => {
  const retired = { routes: { legacy: { 'GET /old/*': 410 as const } } }
  expect(() => behind(express5(), retired)).toThrow('GET /old/*')
})
