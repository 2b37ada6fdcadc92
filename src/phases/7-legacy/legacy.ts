import type { LegacyAnswer } from '../../config/config.js'
import type { Kit } from '../../core/kit.js'
import { Problem } from '../../core/problem.js'
import type { Handler } from '../../express/handler.js'
import { type Matched, matched } from '../../express/matched.js'
import { readPath } from '../../express/path.js'
import { covers, fits, isParameter, speaksOf } from '../../express/pattern.js'
import { type Retired, redirectStatus, retiredRoutes } from './answers.js'

const NO_ANSWER = { 404: 'not_found', 410: 'gone' } as const

/**
 * Retires routes of the old pages, by `config.routes.legacy`: a redirect, 404 or 410; `protect` keeps the route for
 * logged-in users. It runs where the app itself has matched the route, so every spelling of a path that would have
 * reached the route gets the same answer.
 *
 * @throws ConfigError for a key with wildcards: retired routes are listed one by one, as the app declares them
 */
export function retireRoutes(kit: Kit): Handler {
  const retired = retiredRoutes(kit.config)
    .map((one) => ({ ...one, rests: restsOf(one.path) }))
    .sort((a, b) => parameters(a) - parameters(b))

  function answerTo(method: string, here: Matched): LegacyAnswer | undefined {
    const { ways } = readPath(here.sent)
    return retired.find(
      (one) =>
        speaksOf(one, method) &&
        ways.some((way) =>
          here.declared === null
            ? fits(one.segments, way)
            : here.declared === one.rests[way.length] && covers(one.segments.slice(0, way.length), way),
        ),
    )?.answer
  }

  return function retire(req, res, next) {
    const here = matched(req)
    const answer = here && answerTo(req.method, here)
    if (answer === undefined || !isWholeWay(here!, req.url)) return next()
    if (!kit.userOf(req)) return next(new Problem('authentication_required'))
    if (answer === 'protect') return next()
    if (typeof answer === 'number') return next(new Problem(NO_ANSWER[answer]))
    res
      .writeHead(redirectStatus(req.method), {
        Location: kit.at.root + answer.redirect,
        'Cache-Control': 'no-store',
      })
      .end()
  }
}

const parameters = ({ segments }: Retired) => segments.filter(isParameter).length

/** The rests of a path after its first, second … segment, because a route declares only the part after its mounts. */
function restsOf(path: string): string[] {
  const lower = path.toLowerCase()
  return [
    lower,
    ...[...lower.matchAll(/\/[^/]+/g)].map(({ index, 0: part }) => lower.slice(index + part.length)),
  ]
}

/** Whether the match is the end of the path and not a router mounted at a retired path. */
function isWholeWay({ kind }: Matched, rest: string): boolean {
  return kind !== 'mount' || readPath(rest).ways.some((way) => way.length === 0)
}
