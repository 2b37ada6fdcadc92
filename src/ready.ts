import type { Config } from './config/config.js'
import { type Handler, targetOf } from './express/handler.js'
import { sentPath } from './express/path.js'
import { patternsOf } from './express/pattern.js'

/** What `GET /ready` tells. */
export interface Readiness {
  /** the database has been looked at, and answers */
  ready: boolean
  dial: number
  /** for somebody without a claim code */
  registration: 'open' | 'closed'
  /** why it is not ready, or registration is closed */
  why?: string
}

/** Answered by usertwo from dial 1 on, where the app has no route of its own there. */
export const READY = '/ready'

/**
 * Answers `GET /ready`, open to everybody: 200 when the app serves, 503 before, and while its database is away.
 * Where the app has a route of its own there, that one answers.
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
