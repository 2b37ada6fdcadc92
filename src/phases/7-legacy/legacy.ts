import type { RequestHandler } from 'express'
import type { LegacyAnswer } from '../../core/config.js'
import { ConfigError } from '../../core/config-error.js'
import type { Kit } from '../../core/kit.js'
import { Problem } from '../../core/problem.js'
import { matchedPath } from '../../express/matched.js'
import { redirectStatus, retiredRoutes } from './answers.js'

const ANY = '*'
const NO_ANSWER = { 404: 'not_found', 410: 'gone' } as const

/**
 * Retires routes of the old pages, by `config.routes.legacy`: a redirect, 404 or 410; `protect` keeps the route for
 * who is logged in. It stands on the route that the app itself has matched, so every spelling of a path that would
 * have reached the route is answered alike.
 *
 * @throws ConfigError for a key with wildcards: what is retired is listed, as the app declares it
 */
export function legacy(kit: Kit): RequestHandler {
  const wrong = Object.keys(kit.config.routes.legacy).filter((key) => /^!|[*(){}?#]/.test(key))
  if (wrong.length > 0)
    throw new ConfigError(
      'usertwo.config',
      wrong.map((key) => `routes.legacy: "${key}" is not one declared route, e.g. "GET /api/old/:id"`),
    )
  const answers = new Map<string, LegacyAnswer>()
  for (const { method, path, answer } of retiredRoutes(kit.config))
    answers.set(`${method ?? ANY} ${path.toLowerCase()}`, answer)

  return function retire(req, res, next) {
    const path = matchedPath(req)
    const method = req.method === 'HEAD' ? 'GET' : req.method
    const answer = answers.get(`${method} ${path}`) ?? answers.get(`${ANY} ${path}`)
    if (answer === undefined || !isWholeWay(path, req.originalUrl)) return next()
    if (!kit.userOf(req)) return next(new Problem('authentication_required'))
    if (answer === 'protect') return next()
    if (typeof answer === 'number') return next(new Problem(NO_ANSWER[answer]))
    res
      .writeHead(redirectStatus(req.method), { Location: answer.redirect, 'Cache-Control': 'no-store' })
      .end()
  }
}

/** Whether what was matched is the end of the way and not a router that is mounted at a retired path. */
function isWholeWay(declared: string, sent: string): boolean {
  const segments = (path: string) => path.split(/[?#]/, 1)[0]!.split('/').filter(Boolean).length
  return segments(declared) === segments(sent)
}
