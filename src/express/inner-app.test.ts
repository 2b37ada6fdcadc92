import { createServer, type RequestListener } from 'node:http'
import express5 from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { express4, replaceHandlers } from '../../test/support/express4.js'
import { asInnerApp, callInner, type InnerApp } from './inner-app.js'
import { watchErrors } from './matched.js'

const REQUESTS: [string, string, string?][] = [
  ['GET', '/ok?a[b]=1&c=2'],
  ['GET', '/missing'],
  ['GET', '/boom'],
  ['GET', '/next'],
  ['GET', '/params/%zz'],
  ['POST', '/json', '{bad'],
  ['POST', '/json', '{"a":1}'],
  ['OPTIONS', '/json'],
  ['HEAD', '/ok'],
]

describe.each([
  ['4', express4],
  ['5', express5],
])('an inner Express %s', (_version, express) => {
  const make = () => {
    const app = express()
    app.get(
      '/ok',
      (req, res) =>
        void res.json({ url: req.originalUrl, base: req.baseUrl, query: req.query, path: req.path }),
    )
    app.get('/boom', () => {
      throw new Error('boom')
    })
    app.get('/next', (_req, _res, next) => next(Object.assign(new Error('teapot'), { status: 418 })))
    app.get('/params/:x', (req, res) => void res.json(req.params))
    app.post('/json', express.json(), (req, res) => void res.json(req.body))
    return app
  }
  const wrapped = (app: InnerApp, seen: unknown[]): RequestListener => {
    watchErrors(app, (error) => seen.push(error))
    const outer = express5()
    outer.disable('x-powered-by')
    outer.use((req, res) => callInner(app, req, res))
    return outer
  }
  const ask = async (listener: RequestListener, [method, path, body]: [string, string, string?]) => {
    const server = createServer(listener)
    const asked = request(server)[method.toLowerCase() as 'get'](path)
    const { status, headers, text } = await (body
      ? asked.set('content-type', 'application/json').send(body)
      : asked)
    const { date: _, connection: __, ...rest } = headers as Record<string, string>
    // Stack traces contain other frames behind a wrapper; the error itself must be the same.
    return {
      status,
      headers: { ...rest, 'content-length': '' },
      text: text?.replace(/(<br>| {4}at ).*?(?=<\/pre>|$)/gs, ''),
    }
  }

  it.each(REQUESTS)('answers %s %s as it does alone', async (...asked) => {
    const silent = console.error
    console.error = () => {}
    try {
      const alone = await ask(make(), asked)
      expect(await ask(wrapped(make() as unknown as InnerApp, []), asked)).toEqual(alone)
    } finally {
      console.error = silent
    }
  })

  it('shows the errors that its own final handler answers', async () => {
    const app = make()
    app.set('env', 'test')
    const seen: unknown[] = []
    await ask(wrapped(app as unknown as InnerApp, seen), ['GET', '/boom'])
    expect(seen).toEqual([expect.objectContaining({ message: 'boom' })])
  })

  it('still shows them when routes were added after the watcher', async () => {
    const app = make()
    app.set('env', 'test')
    const seen: unknown[] = []
    const keep = watchErrors(app as unknown as InnerApp, (error) => seen.push(error))
    app.get('/late', () => {
      throw new Error('late')
    })
    keep()
    await ask(app, ['GET', '/late'])
    expect(seen).toEqual([expect.objectContaining({ message: 'late' })])
  })
})

it('keeps the error handler of an app whose layers replace their handlers', async () => {
  const giveBack = replaceHandlers(express4)
  try {
    const failing = express4()
    failing.get('/', (_req, _res, next) => next(new Error('boom')))
    failing.use((_error: unknown, _req: unknown, res: { end(text: string): void }, _next: unknown) =>
      res.end('its own words'),
    )
    const seen: unknown[] = []
    const keep = watchErrors(failing as unknown as InnerApp, (error) => seen.push(error))
    failing.get('/late', (_req, res) => void res.end('late'))
    keep()
    expect((await request(failing).get('/')).text).toBe('its own words')
    expect((await request(failing).get('/late')).text).toBe('late')
  } finally {
    giveBack()
  }
})

it('refuses anything except an Express application, and says what to pass', () => {
  expect(() => asInnerApp(null)).toThrow('must be what express() returned, not null')
  expect(() => asInnerApp({})).toThrow('not object')
  expect(() => asInnerApp(() => {})).toThrow('give the application itself')
})
