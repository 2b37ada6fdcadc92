import type { Kit } from '../../../core/kit.js'
import { tracing } from '../../../core/process/tracing.js'
import { whenClosed } from '../../../express/closed.js'
import { type Handler, type Incoming, targetOf } from '../../../express/handler.js'
import { requestIdOf } from '../../../express/request-id.js'

/** Longest path that is logged where no route matched. Characters. */
const LONGEST = 200

/** What a line says of where a request went. */
interface Where {
  /** as the app declares it, behind its mounts as they were sent */
  route?: string
  /** where no route matched */
  path?: string
  /** names, never values */
  query?: string
}

function whereOf({ route, baseUrl = '' }: Incoming, sentUrl: string): Where {
  const [path = '', query] = sentUrl.split('?', 2)
  return {
    ...(typeof route?.path === 'string'
      ? { route: `${baseUrl}${route.path}` }
      : { path: path.length > LONGEST ? `${path.slice(0, LONGEST)}…` : path }),
    ...(query && { query: [...new URLSearchParams(query).keys()].slice(0, 20).join(' ') }),
  }
}

/** The route alone, where nothing else is to be said and it is a word of the app's source. */
function declaredOnly({ route, baseUrl }: Incoming, sentUrl: string): string | undefined {
  return typeof route?.path === 'string' && !baseUrl && !sentUrl.includes('?') ? route.path : undefined
}

/**
 * One line of the log for each answer: method, route, status, time, request id. Auth routes add the size and type of
 * what was sent; content of a request or answer is never logged.
 */
export function accessLog({ log, ownLog, config }: Kit): Handler {
  const isAuth = (url: string) =>
    url.startsWith(`${config.auth.mount}/`) || url.startsWith(`${config.auth.pages}/`)

  return function logAccess(req, res, next) {
    const started = performance.now()
    // The app's own Express will put its own view on the request; this is what was sent.
    const sentUrl = targetOf(req)
    // The answer may close in another context.
    const traced = tracing()?.ids()
    whenClosed(res, () => {
      const line = {
        requestId: requestIdOf(req),
        method: req.method,
        status: res.statusCode,
        ms: Math.round((performance.now() - started) * 10) / 10,
        aborted: res.writableFinished ? undefined : true,
        route: declaredOnly(req, sentUrl),
        ...traced,
      }
      if (line.route !== undefined) return ownLog.info(line, 'answered')
      const { 'content-length': bytes = 0, 'content-type': type } = req.headers
      const body = isAuth(sentUrl) ? { body: { bytes: Number(bytes), type } } : undefined
      log.info({ ...line, ...whereOf(req, sentUrl), ...body }, 'answered')
    })
    next()
  }
}
