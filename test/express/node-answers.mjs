// …by methods of Node, and as far as it comes of answers that are errors.
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { attempt, end } from './seen.mjs'

const FILE = fileURLToPath(new URL('files/page.txt', import.meta.url))

export const nodeAnswers = {
  write: async (_req, res) => {
    res.write('one ')
    await new Promise(setImmediate)
    res.write(Buffer.from('two '), () => res.end('three'))
  },
  'write-after-end': (_req, res) => {
    res.on('error', () => {})
    res.end('over')
    res.write('more', (error) => error)
  },
  'write-backpressure': async (_req, res) => {
    const part = 'y'.repeat(64 * 1024)
    for (let at = 0; at < 20; at++) if (!res.write(part)) await new Promise((on) => res.once('drain', on))
    res.end()
  },
  flushHeaders: (_req, res) => {
    res.set('X-Early', '1').flushHeaders()
    setTimeout(() => res.end('late'), 10)
  },
  'flush-events': (_req, res) => {
    res.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache',
      Connection: 'keep-alive',
    })
    res.write('data: 1\n\n')
    setTimeout(() => res.end('data: 2\n\n'), 10)
  },
  cork: (_req, res) => {
    res.cork()
    res.write('a')
    res.write('b')
    res.uncork()
    res.end('c')
  },
  writeHead: (_req, res) => res.writeHead(202).end('x'),
  'writeHead-headers': (_req, res) => {
    res.set('X-Before', '1')
    res.writeHead(202, { 'X-Head': '2', 'x-before': '3' })
    res.end()
  },
  'writeHead-reason': (_req, res) => res.writeHead(202, 'Own Reason', { 'X-Head': ['a', 'b'] }).end(),
  'writeHead-list': (_req, res) => res.writeHead(200, ['X-Head', 'a', 'X-Head-2', 'b']).end(),
  'writeHead-length': (_req, res) => res.writeHead(200, { 'Content-Length': 3 }).end('abc'),
  'writeHead-twice': (_req, res) => {
    res.writeHead(200)
    res.end(JSON.stringify(attempt(() => res.writeHead(404) === res)))
  },
  'set-after-sent': (_req, res) => {
    res.write('[')
    res.end(
      JSON.stringify([
        attempt(() => res.set('X-Late', '1') === res),
        attempt(() => res.setHeader('X-Late', '1') === res),
      ]),
    )
  },
  trailers: (_req, res) => {
    res.writeHead(200, { Trailer: 'X-Sum', 'Transfer-Encoding': 'chunked' })
    res.write('body')
    res.addTrailers({ 'X-Sum': '4' })
    res.end()
  },
  setHeader: (_req, res) => {
    res.setHeader('Set-Cookie', ['a=1', 'b=2'])
    res.setHeader('X-Number', 5)
    end(res, [res.getHeader('set-cookie'), res.getHeader('X-Number'), res.hasHeader('x-number')])
  },
  'setHeader-wrong': (_req, res) =>
    end(res, [attempt(() => res.setHeader('a b', '1')), attempt(() => res.setHeader('a', 'ü\n'))]),
  setHeaders: (_req, res) =>
    end(
      res,
      attempt(() => res.setHeaders(new Map([['x-map', '1']])) === res),
    ),
  appendHeader: (_req, res) =>
    end(res, [res.appendHeader('X-App', 'a') === res, res.appendHeader('X-App', ['b']).getHeader('x-app')]),
  removeHeader: (_req, res) => {
    res.setHeader('X-Gone', '1')
    end(res, [res.removeHeader('x-gone'), res.hasHeader('X-Gone')])
  },
  getHeaders: (_req, res) => {
    res.set('X-B', '1')
    res.setHeader('X-A', ['2'])
    const proto = Object.getPrototypeOf(res.getHeaders())
    end(res, [proto, { ...res.getHeaders() }, res.getHeaderNames(), attempt(() => res.getRawHeaderNames?.())])
  },
  _headers: (_req, res) => end(res, [typeof res._headers, typeof res._headerNames, typeof res._header]),
  writeContinue: (_req, res) => {
    res.writeProcessing()
    res.end('after')
  },
  writeEarlyHints: (_req, res) => {
    res.writeEarlyHints({ link: '</a.css>; rel=preload' })
    res.end('after')
  },
  setTimeout: (_req, res) => end(res, [res.setTimeout(9000) === res, res.socket.timeout]),
  // An answer with an error: it is held back until it is whole.
  'error-headersSent': (_req, res) => {
    const before = res.status(404).headersSent
    res.write('1')
    const during = res.headersSent
    res.end(JSON.stringify([before, during, res.headersSent]))
  },
  'error-writeHead': (_req, res) => {
    res.writeHead(404, 'Own Reason', { 'X-Head': 'a' })
    res.end(JSON.stringify([res.headersSent, attempt(() => res.setHeader('X-Late', '1') === res)]))
  },
  'error-writeHead-twice': (_req, res) => {
    res.writeHead(404)
    res.end(JSON.stringify(attempt(() => res.writeHead(200) === res)))
  },
  'error-flushHeaders': (_req, res) => {
    res.status(404).set('X-Early', '1').flushHeaders()
    setTimeout(() => res.end('late'), 10)
  },
  'error-written': async (_req, res) => {
    const order = []
    res.status(404)
    await new Promise((on) => res.write('a', () => on(order.push('written'))))
    res.end(`b${order}`)
  },
  'error-piped': (_req, res) => Readable.from(['a', 'b']).pipe(res.status(404)),
  'error-thrown-late': (_req, res, next) => {
    res.status(404).write('half ')
    next(new Error('after the head'))
  },
  'error-trailers': (_req, res) => {
    res.writeHead(404, { Trailer: 'X-Sum', 'Transfer-Encoding': 'chunked' })
    res.write('body')
    res.addTrailers({ 'X-Sum': '4' })
    res.end()
  },
  'error-end-twice': (_req, res) => {
    res.on('error', () => {})
    res.status(404).end('once')
    res.end('twice')
  },
  'error-sendFile': (_req, res) => res.status(404).sendFile(FILE),
  'error-status-late': (_req, res) => {
    res.writeHead(404, { 'Content-Type': 'text/plain' })
    res.statusCode = 200
    res.end('too late')
  },
  'error-length': (_req, res) =>
    res.writeHead(404, { 'Content-Length': 4, 'Content-Type': 'text/plain' }).end('four'),
  'error-empty': (_req, res) => res.status(404).end(),
  destroyed: (_req, res) => void res.destroy(),
  'destroyed-late': (_req, res) => {
    res.write('half')
    setTimeout(() => res.socket?.destroy(), 10)
  },
}
