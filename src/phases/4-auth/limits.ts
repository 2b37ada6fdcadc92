import type { Request, RequestHandler } from 'express'
import type { Kit } from '../../core/kit.js'
import { packages } from '../../core/packages.js'
import { clientAddress } from '../2-hardening/client-address.js'
import { limitStore } from '../2-hardening/limit-store.js'
import { tooMany } from './failures.js'

const WINDOW_MS = 60_000
const MOST = 5
const IPV6_PREFIX = 64

export interface AuthLimits {
  register: RequestHandler
  login: RequestHandler
  reset: RequestHandler
}

/**
 * Register, login and reset, five a minute each for an address; an IPv6 /64 is one address. In memory, or with REDIS_URL
 * one count for all processes.
 */
export function authLimits(kit: Kit): AuthLimits {
  const hops = kit.settings.TRUST_PROXY
  const limit = (name: string) =>
    packages.limits.rateLimit({
      windowMs: WINDOW_MS,
      limit: MOST,
      standardHeaders: false,
      legacyHeaders: false,
      store: limitStore(kit, name),
      keyGenerator: (req) => packages.limits.ipKeyGenerator(clientAddress(req, hops), IPV6_PREFIX),
      // The address is found above; the package's own guesses about proxies would only warn.
      validate: false,
      // As an error, so that the API answers with a problem and the pages with a page.
      handler(req, _res, next) {
        const { rateLimit: state } = req as Request & { rateLimit?: { resetTime?: Date } }
        const left = ((state?.resetTime?.getTime() ?? Date.now() + WINDOW_MS) - Date.now()) / 1000
        next(tooMany(left))
      },
    })
  return { register: limit('register'), login: limit('login'), reset: limit('reset') }
}
