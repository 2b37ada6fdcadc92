import type { RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import type { Kit } from '../../core/kit.js'
import { Problem, sendProblem } from '../../core/problem.js'
import { addressGroup, clientAddress } from './client-address.js'
import { limitStore } from './limit-store.js'
import { generousPath } from './routes.js'

const WINDOW_MS = 60_000
/** Requests a minute from one address to what is open to everybody. */
const PUBLIC_LIMIT = 300

/**
 * Limits by client address what is open to everybody: public routes, the pages of the SPA and the login pages. The
 * app's own routes have no limit of ours. Paths are read generously, so that no spelling has a budget of its own.
 */
export function publicRateLimit(kit: Kit): RequestHandler {
  const { config, settings } = kit
  const pages = [config.spa.index, ...config.spa.routes.filter((route) => !route.includes(':'))]
  const open = new Set(
    [...config.routes.public.map((pattern) => pattern.replace(/^[A-Z]+ /, '')), ...pages].map(generousPath),
  )
  const prefixes = [
    `${generousPath(config.auth.pages)}/`,
    ...config.spa.routes
      .filter((route) => route.includes(':'))
      .map((route) => `${generousPath(route.split(':')[0]!)}/`),
  ]
  const limit = rateLimit({
    windowMs: WINDOW_MS,
    limit: PUBLIC_LIMIT,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    keyGenerator: (req) => addressGroup(clientAddress(req, settings.TRUST_PROXY)),
    store: limitStore(kit, 'public'),
    // Addresses are decided above; the package's own guesses about proxies would only warn.
    validate: false,
    handler: (req, res) => sendProblem(req, res, new Problem('rate_limited')),
  })

  return function limitPublic(req, res, next) {
    const path = generousPath(req.originalUrl)
    if (open.has(path) || prefixes.some((prefix) => path.startsWith(prefix))) return limit(req, res, next)
    next()
  }
}
