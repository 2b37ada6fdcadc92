import type { Config } from './config/config.js'
import { type Handler, targetOf } from './express/handler.js'
import { sentPath } from './express/path.js'
import { patternsOf } from './express/pattern.js'

/** The answer of `GET /ready`. */
export interface Readiness {
  /** the database has been checked, and answers */
  ready: boolean
  dial: number
  /** for people without a claim code */
  registration: 'open' | 'closed'
  /** why it is not ready, or registration is closed */
  why?: string
}

/** Answered by usertwo from dial 1 on, unless the app has its own route there. */
export const READY = '/ready'

/**
 * Answers `GET /ready`, which is public: 200 when the app serves, 503 before that and while its database is
 * unreachable. The app's own route takes precedence.
 */
export function readyRoute(
  config: Config,
  readiness: () => Promise<Readiness>,
  hasRoute: (path: string) => boolean,
): Handler {
  const declared = patternsOf(config, 'routes.public').some(({ path }) => path === READY)
  const answer: Handler = async (_req, res) => {
    const now = await readiness()
    const type = 'application/json; charset=utf-8'
    res.writeHead(now.ready ? 200 : 503, { 'Content-Type': type, 'Cache-Control': 'no-store' })
    res.end(JSON.stringify(now))
  }
  return function ready(req, res, next) {
    const asked = req.method === 'GET' || req.method === 'HEAD'
    return asked && sentPath(targetOf(req)) === READY && !declared && !hasRoute(READY)
      ? answer(req, res, next)
      : next()
  }
}
