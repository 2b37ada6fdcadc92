import type { Kit } from '../../core/kit.js'
import { type Handler, type Incoming, targetOf } from '../../express/handler.js'
import { requestIdOf } from '../../express/request-id.js'

/** Longest path that is logged where no route matched. Characters. */
const LONGEST = 200

/** The declared route when the app matched one, else the path; the names in the query, never their values. */
function pathOf(req: Incoming, sentUrl: string): { route?: string; path?: string; query?: string } {
  const [path = '', query] = sentUrl.split('?', 2)
  const { route } = req
  return {
    ...(typeof route?.path === 'string'
      ? { route: `${req.baseUrl}${route.path}` }
      : { path: path.length > LONGEST ? `${path.slice(0, LONGEST)}…` : path }),
    ...(query && { query: [...new URLSearchParams(query).keys()].slice(0, 20).join(' ') }),
  }
}

/**
 * One line of the log for each answer: method, route, status, time, request id. Auth routes add the size and type of
 * what was sent; content of a request or answer is never logged.
 */
export function accessLog(kit: Kit): Handler {
  const { log, config } = kit
  const auth = [`${config.auth.mount}/`, `${config.auth.pages}/`]

  return function logAccess(req, res, next) {
    const started = performance.now()
    // The app's own Express will put its own view on the request; this is what was sent.
    const sentUrl = targetOf(req)
    res.once('close', () => {
      const sent = auth.some((mount) => sentUrl.startsWith(mount))
        ? { body: { bytes: Number(req.headers['content-length'] ?? 0), type: req.headers['content-type'] } }
        : {}
      log.info(
        {
          requestId: requestIdOf(req),
          method: req.method,
          ...pathOf(req, sentUrl),
          status: res.statusCode,
          ms: Math.round((performance.now() - started) * 10) / 10,
          ...(!res.writableFinished && { aborted: true }),
          ...sent,
        },
        'answered',
      )
    })
    next()
  }
}
