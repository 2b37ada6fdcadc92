// What a handler reads of its request, each requested separately. A value is compared as JSON, an exception
// by its message.
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { inspect } from 'node:util'
import { attempt } from './seen.mjs'

const called =
  (name, ...args) =>
  (req) =>
    typeof req[name] === 'function' ? attempt(() => req[name](...args)) : 'none'
const read = (name) => (req) => attempt(() => req[name])

const PROPERTIES = [
  ...[
    'baseUrl',
    'originalUrl',
    'url',
    'path',
    'query',
    'params',
    'method',
    'protocol',
    'secure',
    'ip',
    'ips',
  ],
  ...[
    'hostname',
    'host',
    'subdomains',
    'xhr',
    'fresh',
    'stale',
    'named',
    'body',
    'cookies',
    'signedCookies',
    'user',
  ],
  ...[
    'headers',
    'rawHeaders',
    'headersDistinct',
    'trailers',
    'rawTrailers',
    'httpVersion',
    'httpVersionMajor',
  ],
  ...['httpVersionMinor', 'complete', 'aborted', 'destroyed', 'readable', 'readableEnded', 'readableFlowing'],
  ...['readableAborted', 'statusCode', 'statusMessage', 'upgrade', 'closed', 'errored', 'secret', 'session'],
]

const wait = (emitter, event) => new Promise((done) => emitter.once(event, (...args) => done(args)))
const bodyOf = async (req) => {
  let text = ''
  for await (const part of req) text += part
  return text
}

export const makes = {
  ...Object.fromEntries(PROPERTIES.map((name) => [name, read(name)])),
  app: ({ app, baseUrl }) => [typeof app, app.mountpath, app.path?.(), app.get('trust proxy'), baseUrl],
  route: ({ route }) => [route.path, Object.keys(route.methods), route.stack.length, route.constructor.name],
  get: (req) => ['host', 'X-Odd', 'referrer', 'cookie', 'authorization', 'none'].map((name) => req.get(name)),
  'get-nothing': called('get'),
  'get-number': called('get', 1),
  header: (req) => ['accept', 'Referer', 'content-length', 'x-request-id'].map((name) => req.header(name)),
  accepts: (req) => [req.accepts(), req.accepts('html'), req.accepts(['json', 'text']), req.accepts('xml')],
  acceptsEncodings: called('acceptsEncodings', 'br', 'gzip'),
  acceptsEncoding: called('acceptsEncoding', 'br', 'gzip'),
  acceptsCharsets: called('acceptsCharsets', 'utf-8'),
  acceptsCharset: called('acceptsCharset', 'utf-8'),
  acceptsLanguages: called('acceptsLanguages', 'de', 'fr'),
  acceptsLanguage: called('acceptsLanguage', 'de'),
  is: (req) => [req.is('json'), req.is('text/*'), req.is(['html', 'application/*'])],
  range: (req) => attempt(() => req.range(1000)),
  'range-combined': (req) => attempt(() => req.range(20, { combine: true })),
  param: (req) => (req.param ? [req.param('name'), req.param('a'), req.param('none', 'given')] : 'none'),
  socket: ({ socket, connection, client }) => [
    ...[
      socket instanceof Socket,
      socket === connection,
      socket === client,
      socket.encrypted,
      socket.remoteFamily,
    ],
    ...[socket.remoteAddress, socket.writable, socket.destroyed, socket.constructor.name],
  ],
  res: (req, res) => [req.res === res, res.req === req],
  next: (req, _res, next) => [typeof req.next, typeof next, next.length],
  classes: (req) => [
    ...[req instanceof IncomingMessage, req instanceof Readable, req.constructor.name],
    ...[Object.getPrototypeOf(req) === req.app.request, Object.prototype.toString.call(req)],
  ],
  chain: (req, _res, _next, express) => {
    const names = []
    for (let at = Object.getPrototypeOf(req); at; at = Object.getPrototypeOf(at))
      names.push(
        at === express.request
          ? 'express.request'
          : at === req.app.request
            ? 'app.request'
            : at.constructor.name,
      )
    return names
  },
  extended: (req, _res, _next, express) => {
    // What passport and others do: a method on the prototype, found by every request.
    express.request.shout = function () {
      return this.path.toUpperCase()
    }
    return req.shout()
  },
  keys: (req) => Object.keys(req).sort(),
  symbols: (req) => Object.getOwnPropertySymbols(req).map(String).sort(),
  'in-loop': (req) => {
    const names = []
    for (const name in req) names.push(name)
    return names.sort()
  },
  inspect: (req) => [inspect(req).length > 100, inspect(req, { depth: 0 }).split('{')[0]],
  json: (req) => attempt(() => JSON.stringify(req)),
  spread: (req) => Object.keys({ ...req }).sort(),
  writable: (req) => {
    const descriptor = (name) => {
      const { value: _, ...rest } = Object.getOwnPropertyDescriptor(req, name) ?? {}
      return [
        name,
        Object.keys(rest)
          .sort()
          .map((key) => [key, Boolean(rest[key])]),
      ]
    }
    return ['url', 'method', 'headers', 'rawHeaders', 'socket', 'params', 'originalUrl', 'next', 'res'].map(
      descriptor,
    )
  },
  assigned: (req) => {
    for (const name of ['user', 'session', 'url', 'method', 'body', 'locals', 'params'])
      req[name] = `own ${name}`
    return ['user', 'session', 'url', 'method', 'body', 'locals', 'params', 'originalUrl'].map(
      (name) => req[name],
    )
  },
  'assigned-query': (req) => [
    attempt(() => {
      req.query = { own: '1' }
      return 'set'
    }),
    req.query,
  ],
  deleted: (req) => [delete req.headers['x-odd'], req.get('x-odd'), Object.keys(req.headers).length],
  'async-iteration': bodyOf,
  data: (req) =>
    new Promise((done) => {
      const parts = []
      req.setEncoding('utf8')
      req
        .on('data', (part) => parts.push(part))
        .on('end', () => done([parts.join(''), req.complete, req.readableEnded]))
    }),
  pipe: async (req) => {
    const parts = []
    const { PassThrough } = await import('node:stream')
    for await (const part of req.pipe(new PassThrough())) parts.push(part)
    return Buffer.concat(parts).toString()
  },
  paused: async (req) => {
    req.pause()
    await new Promise(setImmediate)
    return [req.isPaused(), await bodyOf(req.resume())]
  },
  late: async (req) => {
    await new Promise((later) => setTimeout(later, 20))
    return [await bodyOf(req), req.baseUrl, req.path, req.params]
  },
  'json-body': async (req, res, _next, express) => {
    const json = attempt(() => express.json())
    if (typeof json !== 'function') return 'none'
    await new Promise((done, failed) => json(req, res, (error) => (error ? failed(error) : done())))
    return req.body
  },
  close: async (req, res) => {
    const order = []
    for (const event of ['end', 'close']) req.on(event, () => order.push(`req ${event}`))
    for (const event of ['prefinish', 'finish', 'close']) res.on(event, () => order.push(`res ${event}`))
    req.resume()
    lastClose = wait(res, 'close')
      .then(() => new Promise(setImmediate))
      .then(() => order)
    return 'listens'
  },
  'close-seen': () =>
    Promise.race([lastClose, new Promise((late) => setTimeout(late, 1000, 'never closed'))]),
  setTimeout: (req) => [req.setTimeout(5000) === req, req.socket.timeout],
  listeners: (req) =>
    ['close', 'end', 'error', 'data', 'aborted'].map((event) => [event, req.listenerCount(event)]),
  'res-listeners': (_req, res) =>
    ['close', 'finish', 'error', 'pipe'].map((event) => [event, res.listenerCount(event)]),
  // An app that rewrites the URL, and hands the request back to itself.
  'handed-back': (req, res) => {
    req.url = '/api/v2/req/originalUrl'
    req.app.handle(req, res)
    return new Promise(() => {})
  },
  async throws() {
    throw new Error('of the handler')
  },
}
let lastClose = Promise.resolve('nothing was listened to')
