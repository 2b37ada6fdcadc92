import type { RequestHandler } from 'express'
import type { LegacyAnswer } from '../../core/config.js'
import { ConfigError } from '../../core/config-error.js'
import type { Kit } from '../../core/kit.js'
import { Problem } from '../../core/problem.js'
import { matchedPath } from '../../express/matched.js'
import { redirectStatus, retiredRoutes } from './answers.js'

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
  const retired = retiredRoutes(kit.config).map((one) => ({ ...one, segments: segmentsOf(one.path) }))

  function answerTo(method: string, path: string, isDeclared: boolean): LegacyAnswer | undefined {
    const here = retired.filter((one) => one.method === null || one.method === method)
    const exact = here.find((one) => one.path.toLowerCase() === path)
    if (exact || isDeclared) return exact?.answer
    return here.find((one) => covers(one.segments, segmentsOf(path)))?.answer
  }

  return function retire(req, res, next) {
    const path = matchedPath(req)
    const answer = answerTo(req.method === 'HEAD' ? 'GET' : req.method, path, isDeclared(req, path))
    if (answer === undefined || !isWholeWay(path, req.originalUrl)) return next()
    if (!kit.userOf(req)) return next(new Problem('authentication_required'))
    if (answer === 'protect') return next()
    if (typeof answer === 'number') return next(new Problem(NO_ANSWER[answer]))
    res
      .writeHead(redirectStatus(req.method), { Location: answer.redirect, 'Cache-Control': 'no-store' })
      .end()
  }
}

/** Whether the path is the one a route declares; of lists, patterns and mounted apps it is the one that was sent. */
function isDeclared(req: { route?: { path?: unknown } }, path: string): boolean {
  const declared = req.route?.path
  return typeof declared === 'string' && path.endsWith(declared.toLowerCase())
}

function covers(pattern: readonly string[], sent: readonly string[]): boolean {
  return pattern.length === sent.length && pattern.every((one, at) => one.startsWith(':') || one === sent[at])
}

function segmentsOf(path: string): string[] {
  return path.toLowerCase().split(/[?#]/, 1)[0]!.split('/').filter(Boolean)
}

/** Whether what was matched is the end of the way and not a router that is mounted at a retired path. */
function isWholeWay(matched: string, sent: string): boolean {
  return segmentsOf(matched).length === segmentsOf(sent).length
}
