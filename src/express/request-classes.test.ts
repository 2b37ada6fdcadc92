import { createServer, IncomingMessage, ServerResponse } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import express5 from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { express4 } from '../../test/support/express4.js'
import type { InnerApp } from './inner-app.js'
import { requestClasses } from './request-classes.js'
import { guardServers } from './server-events.js'

setFlagsFromString('--allow-natives-syntax')
const haveSameMap: (a: object, b: object) => boolean = runInNewContext('(a, b) => %HaveSameMap(a, b)')

describe.each([
  ['4', express4],
  ['5', express5],
])('a request of an Express %s app', (_major, express) => {
  const made = () => {
    const seen: { req: IncomingMessage; res: ServerResponse }[] = []
    const app = express()
    app.get('/', (req, res) => {
      Object.assign(req, { user: 1 })
      seen.push({ req, res })
      res.json({ ip: req.ip, query: req.query, host: req.hostname })
    })
    return { app: app as unknown as InnerApp, seen }
  }
  const asked = async (app: InnerApp, options = {}, classes = requestClasses(app)) => {
    const stop = guardServers(app, { classes })
    const server = createServer(options, app).listen(0, '127.0.0.1')
    const bodies = []
    for (let at = 0; at < 3; at++) bodies.push((await request(server).get('/?a=1')).body)
    server.close()
    stop()
    return bodies
  }

  it('shares its hidden class with the next, and so does its answer', async () => {
    const { app, seen } = made()
    const bodies = await asked(app)
    expect(bodies[2]).toEqual({ ip: '127.0.0.1', query: { a: '1' }, host: '127.0.0.1' })
    const [, second, third] = seen as [unknown, (typeof seen)[0], (typeof seen)[0]]
    expect(haveSameMap(second.req, third.req)).toBe(true)
    expect(haveSameMap(second.res, third.res)).toBe(true)
    expect(second.req).toBeInstanceOf(IncomingMessage)
    expect([second.req.constructor, second.res.constructor]).toEqual([IncomingMessage, ServerResponse])
  })

  // The V8 of Node 24 keeps it when a prototype is changed.
  it.skipIf(Number.parseInt(process.versions.node, 10) >= 24)('has its own with Express alone', async () => {
    const { app, seen } = made()
    await asked(app, {}, {})
    expect(haveSameMap(seen[1]!.req, seen[2]!.req)).toBe(false)
  })

  it('has the class that its server was configured to make', async () => {
    class Own extends IncomingMessage {}
    const { app } = made()
    const kinds: unknown[] = []
    const listener = (req: IncomingMessage, res: ServerResponse) => {
      kinds.push(req.constructor, Object.getPrototypeOf(res) === app.response)
      res.end('{}')
    }
    const stop = guardServers(listener, { classes: requestClasses(app) })
    await request(createServer({ IncomingMessage: Own }, listener)).get('/')
    stop()
    expect(kinds).toEqual([Own, true])
  })
})

it('an object that is not an Express app has no classes', () => {
  expect(
    requestClasses(Object.assign(() => {}, { request: {}, response: {} }) as unknown as InnerApp),
  ).toEqual({})
})

it('a Node whose requests are classes makes them itself', () => {
  const node = {
    IncomingMessage: class extends IncomingMessage {},
    ServerResponse: class extends ServerResponse {},
  }
  const app = {
    request: Object.create(node.IncomingMessage.prototype),
    response: Object.create(node.ServerResponse.prototype),
  }
  expect(requestClasses(app as unknown as InnerApp, node as never)).toEqual({})
  expect(Object.keys(requestClasses(app as unknown as InnerApp))).toHaveLength(2)
})
