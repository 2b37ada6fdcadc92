import type { Request, RequestHandler } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import type { Kit } from '../../core/kit.js'
import { tooMany } from './failures.js'

const WINDOW_MS = 60_000
const MOST = 5

export interface AuthLimits {
  register: RequestHandler
  login: RequestHandler
}

/** Register and login, five a minute each for an address; an IPv6 /64 is one address, IPv4 in IPv6 is IPv4. */
export function authLimits(_kit: Kit): AuthLimits {
  const limit = () =>
    rateLimit({
      windowMs: WINDOW_MS,
      limit: MOST,
      standardHeaders: false,
      legacyHeaders: false,
      keyGenerator: addressOf,
      // As an error, so that the API answers with a problem and the pages with a page.
      handler(req, _res, next) {
        const { rateLimit: state } = req as Request & { rateLimit?: { resetTime?: Date } }
        const left = ((state?.resetTime?.getTime() ?? Date.now() + WINDOW_MS) - Date.now()) / 1000
        next(tooMany(left))
      },
    })
  return { register: limit(), login: limit() }
}

function addressOf(req: Request): string {
  const address = (req.ip ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
  return ipKeyGenerator(address, 64)
}
