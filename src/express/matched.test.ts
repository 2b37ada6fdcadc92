import express5, { type ErrorRequestHandler } from 'express'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { express4, replaceHandlers } from '../../test/support/express4.js'
import { rawRequest, statusOf } from '../../test/support/raw-http.js'
import type { InnerApp } from './inner-app.js'
import { guardMatched, isDeclared, readMatched } from './matched.js'

/** Guards `/debug` and everything below it, as the app has declared it. */
function guarded(app: InnerApp) {
  const seen: string[] = []
  const scan = guardMatched(app, (here, _req, res, next, skip) => {
    const route = `/${readMatched(here).ways[0]!.join('/')}`
    seen.push(route)
    if (route.startsWith('/debug/skip')) skip()
    else if (/^\/debug(\/|$)/.test(route)) res.writeHead(403).end()
    else next()
  })
  return { seen, scan }
}

const nothing = () => () => {}

describe.each([
  ['4', express4, nothing],
  ['4 whose layers keep other handlers than they are given', express4, replaceHandlers],
  ['5', express5, nothing],
])('on Express %s', (_version, express, prepare) => {
  let giveBack = () => {}
  beforeAll(() => {
    giveBack = prepare(express)
  })
  afterAll(() => giveBack())

  const make = () => {
    const app = express()
    app.get('/open', (_req, res) => void res.send('open'))
    app.get('/debug/stats', (_req, res) => void res.send('leak'))
    app.all('/debug/skip', (_req, res) => void res.send('leak'))
    const router = express.Router()
    router.get('/inner', (_req, res) => void res.send('leak'))
    app.use('/debug/router', router)
    const sub = express()
    sub.get('/deep', (_req, res) => void res.send('leak'))
    app.use('/debug/app', sub)
    app.get(/^\/debug\/pattern/, (_req, res) => void res.send('leak'))
    const whole = express()
    whole.get('/debug/whole', (_req, res) => void res.send('leak'))
    app.use(whole)
    return app
  }

  it.each([
    '/debug/stats',
    '/DEBUG/Stats',
    '/debug/stats/',
    '/debug/stats?x=/open',
    '/debug/router/inner',
    '/Debug/ROUTER/inner',
    '/debug/app/deep',
    '/debug/pattern/x',
    '/debug/whole',
  ])('runs in front of %s', async (path) => {
    const app = make()
    guarded(app as unknown as InnerApp)
    const { status, text } = await request(app).get(path)
    expect([status, text]).toEqual([403, ''])
  })

  it.each(['http://x/debug/whole', 'HTTPS://u@x:1/Debug/whole', 'http://x/debug/whole#/open'])(
    'runs in front of an app mounted in the app for %s',
    async (target) => {
      const app = make()
      guarded(app as unknown as InnerApp)
      const server = app.listen(0, '127.0.0.1')
      await new Promise((done) => server.once('listening', done))
      const { port } = server.address() as { port: number }
      const answer = await rawRequest(port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      await new Promise((done) => server.close(done))
      expect(answer).not.toContain('leak')
      expect(statusOf(answer)).toBe(403)
    },
  )

  it('answers HEAD like GET', async () => {
    const app = make()
    guarded(app as unknown as InnerApp)
    expect((await request(app).head('/debug/stats')).status).toBe(403)
  })

  it('lets the rest of the app answer as before', async () => {
    const app = make()
    guarded(app as unknown as InnerApp)
    expect((await request(app).get('/open')).text).toBe('open')
    expect((await request(app).get('/debugxyz')).status).toBe(404)
  })

  it('answers a skipped route as the app answers a path it does not know', async () => {
    const app = make()
    guarded(app as unknown as InnerApp)
    const { status, text } = await request(app).get('/debug/skip')
    expect(status).toBe(404)
    expect(text.replaceAll('/debug/skip', '')).toBe(
      (await request(app).get('/nothing')).text.replaceAll('/nothing', ''),
    )
  })

  it('covers routes that are added later', async () => {
    const app = make()
    const { scan } = guarded(app as unknown as InnerApp)
    app.get('/debug/later', (_req, res) => void res.send('leak'))
    scan()
    expect((await request(app).get('/debug/later')).status).toBe(403)
  })

  it('recognises a route of the app in any router it is mounted in', async () => {
    const app = express()
    const own = app as unknown as InnerApp
    const answer = (_req: unknown, res: { send(text: string): unknown }) => void res.send('own')
    app.use('/api', express.Router().get('/ready', answer))
    app.use('/metrics/deep', express.Router().get('/', answer))
    app.use((_req, _res, next) => next())
    expect(['/ready', '/metrics'].map((path) => isDeclared(own, path))).toEqual([false, false])
    app.use(express.Router().use(express.Router().get('/ready', answer)))
    app.use('/metrics', express.Router().get('/', answer))
    guarded(own)
    expect(['/ready', '/metrics', '/other'].map((path) => isDeclared(own, path))).toEqual([true, true, false])
    for (const path of ['/ready', '/metrics', '/api/ready', '/metrics/deep'])
      expect((await request(app).get(path)).text).toBe('own')
  })
})

it.each([
  ['4 whose layers hand errors on', express4, replaceHandlers],
  ['5', express5, nothing],
])(
  'on Express %s hands the failure of an async handler on once, and that of an error handler',
  async (_version, express, prepare) => {
    const giveBack = prepare(express)
    try {
      const app = express()
      const handled: unknown[] = []
      app.get('/fails', async () => {
        throw 'once'
      })
      app.use((async (error, _req, _res, _next) => {
        handled.push(error)
        throw `again ${error}`
      }) as ErrorRequestHandler)
      app.use(((error, _req, res, _next) => {
        handled.push(error)
        if (!res.headersSent) res.status(418).end()
      }) as ErrorRequestHandler)
      guarded(app as unknown as InnerApp)
      expect((await request(app).get('/fails')).status).toBe(418)
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(handled).toEqual(['once', 'again once'])
    } finally {
      giveBack()
    }
  },
)

it('on Express 5 handles the failure of an async handler as before', async () => {
  const app = express5()
  app.get('/fails', async () => {
    throw Object.assign(new Error('no'), { status: 418 })
  })
  guarded(app as unknown as InnerApp)
  expect((await request(app).get('/fails')).status).toBe(418)
})
