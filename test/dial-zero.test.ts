// At dial 0 requests are made with the prototype that the app's Express would give them, and nothing else is other.
import { createServer, IncomingMessage, request as nodeRequest, type Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import express5 from 'express'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { usertwo } from '../src/wrap.js'
import { express4 } from './support/express4.js'
import { rawRequest } from './support/raw-http.js'

setFlagsFromString('--allow-natives-syntax')
const haveSameMap: (a: object, b: object) => boolean = runInNewContext('(a, b) => %HaveSameMap(a, b)')

const JSON_TYPE = 'Content-Type: application/json\r\n'
/** Request line, further headers, body. */
type Asked = [line: string, head?: string, body?: string]
const REQUESTS: Asked[] = [
  ['GET /seen?a[b]=1&c=2'],
  ['HEAD /seen'],
  ['GET /missing'],
  ['GET /boom'],
  ['GET /params/%zz'],
  ['OPTIONS /json'],
  ['POST /json', `${JSON_TYPE}Content-Length: 7\r\n`, '{"a":1}'],
  ['POST /json', `${JSON_TYPE}Content-Length: 4\r\n`, '{bad'],
  ['POST /json', `${JSON_TYPE}Content-Length: 7\r\nExpect: 100-continue\r\n`, '{"a":1}'],
]

const ends: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
  vi.unstubAllEnvs()
})

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', up))
  ends.push(() => new Promise((closed) => server.closeAllConnections() ?? server.close(closed)))
  return (server.address() as AddressInfo).port
}

describe.each([
  ['4', express4],
  ['5', express5],
])('an Express %s app at dial 0', (_major, express) => {
  const make = () => {
    const kept: [IncomingMessage, ServerResponse][] = []
    const app = express()
    const below = express()
    app.use('/below', below)
    below.get('/seen', (req, res) => void res.json({ is: Object.getPrototypeOf(req) === below.request }))
    app.get('/seen', (req, res) => {
      kept.push([req, res])
      const own = [req, res].map((one) => [
        Object.keys(one),
        one.constructor.name,
        one instanceof IncomingMessage,
      ])
      res.json({ own, is: Object.getPrototypeOf(req) === app.request, query: req.query, ip: req.ip })
    })
    app.get('/boom', () => {
      throw new Error('boom')
    })
    app.get('/params/:x', (req, res) => void res.json(req.params))
    app.post('/json', express.json(), (req, res) => void res.json(req.body))
    return { app, kept }
  }
  const wrapped = (app: ReturnType<typeof express>) => {
    vi.stubEnv('ENVIRONMENT', 'development')
    vi.stubEnv('USERTWO_PHASE', '0')
    const whole = usertwo(app, {
      app: { start: ['node', 'server.js'] },
      owner: { id: 1 },
      users: { table: 'users' },
      tables: {},
    })
    ends.push(() => whole.dispose())
    return whole
  }
  const answerOf = async (port: number, [line, head = '', body = '']: Asked) => {
    const sent = `${line} HTTP/1.1\r\nHost: app\r\nConnection: close\r\n${head}\r\n${body}`
    // The frames of a stack are others behind a wrapper, and its length with them; the error is the same.
    return (await rawRequest(port, sent))
      .replace(/^Date: .*\r\n/m, '')
      .replace(/(<br>| {4}at ).*?(?=<\/pre>|$)/gs, '')
  }
  const withoutLength = (answer: string) =>
    answer.includes('<pre>') ? answer.replace(/^(Content-Length|ETag): .*\r\n/gm, '') : answer

  test.each([...REQUESTS, ['GET /below/seen'] satisfies Asked])(
    'answers %s as it does alone',
    async (...asked) => {
      const alone = await answerOf(await portOf(createServer(make().app)), asked)
      const behind = await answerOf(await portOf(createServer(wrapped(make().app))), asked)
      expect(alone).toMatch(/^HTTP\/1\.1 \d{3} /)
      expect(withoutLength(behind)).toBe(withoutLength(alone))
    },
  )

  test('is given requests that share their hidden class, as it gave each one of its own', async () => {
    const { app, kept } = make()
    const port = await portOf(createServer(wrapped(app)))
    for (let at = 0; at < 3; at++) await answerOf(port, REQUESTS[0]!)
    const [, second, third] = kept
    expect([0, 1].map((at) => haveSameMap(second![at]!, third![at]!))).toEqual([true, true])
  })

  test('leaves others of its server their requests as Node makes them', async () => {
    const { app } = make()
    const whole = wrapped(app)
    const seen: unknown[] = []
    const note = (req: IncomingMessage, res?: ServerResponse) => {
      seen.push(Object.getPrototypeOf(req) === IncomingMessage.prototype)
      if (res) seen.push(Object.getPrototypeOf(res) === ServerResponse.prototype)
    }
    const server = createServer(whole)
    server.prependListener('request', note)
    server.on('upgrade', (req, socket) => {
      note(req)
      socket.end('HTTP/1.1 418 Teapot\r\nConnection: close\r\n\r\n')
    })
    const port = await portOf(server)
    expect(await answerOf(port, REQUESTS[0]!)).toContain('"is":true')
    const upgrade = nodeRequest({ port, host: '127.0.0.1', headers: { connection: 'upgrade', upgrade: 'x' } })
    await new Promise((answered) => upgrade.on('response', answered).end())
    expect(seen).toEqual([true, true, true])
  })
})
