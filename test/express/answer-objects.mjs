// What a handler sees of its answer as an object, and how it is patched as middleware does it.
import { ServerResponse } from 'node:http'
import { Readable, Writable } from 'node:stream'
import { inspect } from 'node:util'
import { attempt, end } from './seen.mjs'

export const answerObjects = {
  req: (req, res) => end(res, [res.req === req, req.res === res]),
  socket: (req, res) => end(res, [res.socket === req.socket, res.connection === req.connection]),
  classes: (_req, res) =>
    end(res, [
      ...[res instanceof ServerResponse, res instanceof Writable, typeof res.pipe, res.constructor.name],
      ...[Object.getPrototypeOf(res) === res.app.response, Object.prototype.toString.call(res)],
    ]),
  chain: (_req, res, _next, express) => {
    const names = []
    for (let at = Object.getPrototypeOf(res); at; at = Object.getPrototypeOf(at))
      names.push(
        at === express.response
          ? 'express.response'
          : at === res.app.response
            ? 'app.response'
            : at.constructor.name,
      )
    end(res, names)
  },
  keys: (_req, res) => end(res, Object.keys(res).sort()),
  'in-loop': (_req, res) => {
    const names = []
    for (const name in res) names.push(name)
    end(res, names.sort())
  },
  symbols: (_req, res) => end(res, Object.getOwnPropertySymbols(res).map(String).sort()),
  inspect: (_req, res) => end(res, [inspect(res).length > 100, inspect(res, { depth: 0 }).split('{')[0]]),
  stringified: (_req, res) =>
    end(
      res,
      attempt(() => JSON.stringify(res)),
    ),
  state: (_req, res) =>
    end(res, [
      ...[
        res.statusCode,
        res.statusMessage,
        res.finished,
        res.writable,
        res.writableEnded,
        res.writableFinished,
      ],
      ...[
        res.sendDate,
        res.shouldKeepAlive,
        res.chunkedEncoding,
        res.useChunkedEncodingByDefault,
        res.strictContentLength,
      ],
      ...[
        res.writableLength,
        res.writableHighWaterMark,
        res.writableCorked,
        res.destroyed,
        res.closed,
        res.errored,
      ],
    ]),
  sendDate: (_req, res) => {
    res.sendDate = false
    res.end()
  },
  piped: (_req, res) => Readable.from(['a', 'b', 'c']).pipe(res),
  'piped-request': (req, res) => req.pipe(res),
  // As express-session, compression, morgan and others do it.
  patched: (_req, res) => {
    const seen = []
    for (const name of ['writeHead', 'write', 'end', 'send', 'json', 'setHeader']) {
      const own = res[name]
      res[name] = function (...args) {
        seen.push([name, this === res, args.length])
        return own.apply(this, args)
      }
    }
    res.on('finish', () => (lastPatched = seen))
    res.status(201).json({ a: 1 })
  },
  'patched-seen': (_req, res) => end(res, lastPatched),
  own: (_req, res) =>
    end(
      res,
      ['writeHead', 'write', 'end', 'send', 'json', 'setHeader'].filter((name) => Object.hasOwn(res, name)),
    ),
  lengths: (_req, res) =>
    end(
      res,
      ['writeHead', 'write', 'end', 'setHeader', 'flushHeaders', 'addTrailers'].map((name) => [
        name,
        res[name].length,
        res[name].name,
      ]),
    ),
  'on-headers': (_req, res) => {
    const own = res.writeHead
    res.writeHead = function (...args) {
      this.setHeader('X-At-Last', '1')
      return own.apply(this, args)
    }
    res.send('x')
  },
  extended: (_req, res, _next, express) => {
    express.response.ok = function (data) {
      return this.status(200).json({ ok: data })
    }
    res.ok(1)
  },
  next: (_req, _res, next) => next(),
  'next-route': (_req, _res, next) => next('route'),
  'next-error': (_req, _res, next) => next(new Error('given to next')),
  throws: () => {
    throw new Error('thrown')
  },
}
let lastPatched = 'nothing was patched'
