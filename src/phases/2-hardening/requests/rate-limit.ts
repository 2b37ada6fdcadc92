import type { Request, Response } from 'express'
import type { Kit } from '../../../core/kit.js'
import { packages } from '../../../core/packages.js'
import { Problem, sendProblem } from '../../../core/problem.js'
import { type Handler, targetOf } from '../../../express/handler.js'
import { readPath, type Segments, segmentsOf } from '../../../express/path.js'
import { covers, fits, isParameter, patternsOf } from '../../../express/pattern.js'
import { addressGroup, clientAddress } from './client-address.js'
import { limitStore } from './limit-store.js'

const WINDOW_MS = 60_000
/** Requests a minute from one address to what is open to everybody. */
const PUBLIC_LIMIT = 300

/**
 * Limits by client address what is open to everybody: public routes, routes with a secret of their own, the login pages, and the pages of the SPA as long
 * as no user is known there. usertwo does not limit the app's own routes. Paths are read in every way, so that no spelling
 * has a budget of its own.
 */
export function publicRateLimit(kit: Kit): Handler {
  const { config } = kit
  const open = patternsOf(config, 'routes.public')
  const withSecret = kit.knowsPeople
    ? [...patternsOf(config, 'routes.links'), ...patternsOf(config, 'routes.hooks')]
    : []
  const areGuarded = kit.has('client') && kit.knowsPeople
  const pages = areGuarded ? [] : patternsOf(config, 'spa.routes')
  return limited(
    kit,
    'public',
    covering([...open, ...pages, { segments: segmentsOf(`${config.auth.pages}/:page`) }], withSecret),
  )
}

/**
 * The same for the pages of the SPA once they are guarded: for who is not logged in. People behind one address do not
 * use up each other's pages.
 */
export function pageRateLimit(kit: Kit): Handler {
  const limit = limited(kit, 'pages', covering(patternsOf(kit.config, 'spa.routes')))
  return function limitPages(req, res, next) {
    if (kit.userOf(req)) next()
    else limit(req, res, next)
  }
}

/**
 * Whether a URL reads as one of the paths; a path with a parameter covers everything from there on.
 * @param exact those that cover themselves alone
 */
function covering(
  patterns: readonly { segments: Segments }[],
  exact: readonly { segments: Segments }[] = [],
): (url: string) => boolean {
  const covered = patterns.map(({ segments }) => {
    const at = segments.findIndex(isParameter)
    const above = segments.slice(0, at + 1)
    return (way: Segments) => (at < 0 ? fits(segments, way) : covers(above, way))
  })
  for (const { segments } of exact) covered.push((way) => fits(segments, way))
  return (url) => readPath(url).ways.some((way) => covered.some((isOne) => isOne(way)))
}

function limited(kit: Kit, name: string, covers: (url: string) => boolean): Handler {
  const limit = packages.limits.rateLimit({
    windowMs: WINDOW_MS,
    limit: PUBLIC_LIMIT,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    keyGenerator: (req) => addressGroup(clientAddress(req, kit.settings.TRUST_PROXY)),
    store: limitStore(kit, name),
    // Addresses are decided above; the package's own guesses about proxies would only warn.
    validate: false,
    handler: (req, res) => sendProblem(req, res, new Problem('rate_limited')),
  })
  return function limitOpen(req, res, next) {
    if (covers(targetOf(req))) return limit(req as Request, res as Response, next)
    next()
  }
}
