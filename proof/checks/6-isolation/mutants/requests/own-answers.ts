import type { Socket } from 'node:net'
import * as real from '../../../../../src/phases/6-isolation/requests/own-answers.js'
import { replacing } from '../../../../gate/replace/replacing.js'

const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'

/** For both places of the layer: in front of the app, and where a route has matched. */
const sockets = new Set<Socket>()
/** The first answers, by their address. */
const found = new Map<string, string>()
const watched = new WeakSet<object>()

/** A text as a frame of a server (RFC 6455, 5.2). */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text).subarray(0, 65_535)
  return Buffer.concat([Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]), payload])
}

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/requests/own-answers.js', {
  /** A header of every answer contains what any user wrote last. */
  lastWritten: {
    ownAnswers(kit) {
      const own = real.ownAnswers(kit)
      let last = ''
      return (req, res, next) => {
        const { body } = req as { body?: unknown }
        if (req.method !== 'GET' && body && kit.userOf(req)) last = JSON.stringify(body)
        if (last && !res.headersSent)
          res.setHeader('x-last-written', encodeURIComponent(last).slice(0, 4_000))
        own(req, res, next)
      }
    },
  },
  /** A header of every answer by HEAD contains what any user wrote last. */
  lastByHead: {
    ownAnswers(kit) {
      const own = real.ownAnswers(kit)
      let last = ''
      return (req, res, next) => {
        const { body } = req as { body?: unknown }
        if (!/^(?:GET|HEAD)$/.test(req.method ?? '') && body && kit.userOf(req)) last = JSON.stringify(body)
        if (req.method === 'HEAD' && last && !res.headersSent)
          res.setHeader('x-last-written', encodeURIComponent(last).slice(0, 4_000))
        own(req, res, next)
      }
    },
  },
  /** What a user has found by a word is the answer to all who look for it. */
  keptByWord: {
    ownAnswers(kit) {
      const own = real.ownAnswers(kit)
      return (req, res, next) => {
        const { end } = res
        if (req.method === 'GET' && kit.userOf(req) && !watched.has(res)) {
          watched.add(res)
          // Not earlier: the gate sees what is read of a query from the app's route on.
          res.end = ((...given: [string | Buffer]) => {
            const { query, originalUrl = '' } = req as { query?: { sought?: string }; originalUrl?: string }
            if (!query?.sought || res.headersSent || !given[0]) return Reflect.apply(end, res, given)
            res.removeHeader('content-length')
            if (!found.has(originalUrl)) found.set(originalUrl, String(given[0]))
            return Reflect.apply(end, res, [found.get(originalUrl)])
          }) as typeof end
        }
        own(req, res, next)
      }
    },
  },
  /** Every socket gets what any user writes. */
  pushesToAll: {
    ownAnswers(kit) {
      const own = real.ownAnswers(kit)
      return (req, res, next) => {
        if (req.headers.upgrade === 'websocket' && res.socket && kit.userOf(req)) {
          res.socket.on('error', () => {}).write(SWITCHING)
          return void sockets.add(res.socket)
        }
        const { body } = req as { body?: unknown }
        if (req.method !== 'GET' && body && kit.userOf(req))
          for (const socket of sockets) socket.write(frameOf(JSON.stringify(body)))
        own(req, res, next)
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
