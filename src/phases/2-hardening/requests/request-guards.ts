import type { Server } from 'node:http'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Handler } from '../../../express/handler.js'
import { hasPlainHost } from '../../../express/path.js'

/** Largest body let through to the app: its own parsers have limits below. Bytes. */
export const LARGEST_BODY = 25 * 1024 * 1024
const LONGEST_URL = 8_192
const MOST_HEADERS = 100
const MOST_COOKIES = 100
/** An answer to TRACE repeats the request, credentials included (RFC 9110, 9.3.8; ASVS 13.4.4). */
const ALLOWED = { Allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' }

/**
 * Turns away what no browser sends, without reading a byte of the body: announced bodies over the limit (413),
 * addresses, headers and cookies beyond reason (400), and TRACE (405). So is an absolute target without a plain
 * host (400), because Express may read another path in it than usertwo does. A proxy's `http://host/path` passes.
 */
export function requestGuards(_kit: Kit): Handler {
  return function guardRequest(req, _res, next) {
    if (Number(req.headers['content-length'] ?? 0) > LARGEST_BODY)
      return next(new Problem('payload_too_large', undefined, {}, { Connection: 'close' }))
    if (req.method === 'TRACE') return next(new Problem('method_not_allowed', undefined, {}, ALLOWED))
    if (req.url.length > LONGEST_URL) return next(new Problem('invalid_request', 'The address is too long.'))
    // The target of CONNECT is a host and a port.
    if (!req.url.startsWith('/') && req.method !== 'CONNECT' && !hasPlainHost(req.url))
      return next(
        new Problem('invalid_request', 'The address must not contain anything but a host before its path.'),
      )
    if (req.rawHeaders.length > 2 * MOST_HEADERS)
      return next(new Problem('invalid_request', 'The request has too many headers.'))
    if ((req.headers.cookie?.split(';').length ?? 0) > MOST_COOKIES)
      return next(new Problem('invalid_request', 'The request has too many cookies.'))
    next()
  }
}

/** Ends connections that send slower than any honest client: head within 20 s, whole request within 2 minutes. */
export function hardenServer(server: Server): Server {
  server.headersTimeout = 20_000
  server.requestTimeout = 120_000
  server.maxHeadersCount = 2 * MOST_HEADERS
  return server
}
