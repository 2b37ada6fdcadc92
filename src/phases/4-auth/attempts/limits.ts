import type { Request, RequestHandler } from 'express'
import type { Options } from 'express-rate-limit'
import type { Kit } from '../../../core/kit.js'
import { packages } from '../../../core/packages.js'
import { addressGroup, clientAddress } from '../../2-hardening/requests/client-address.js'
import { limitStore } from '../../2-hardening/requests/limit-store.js'
import { noteRefusal } from '../audit.js'
import { type Budget, tooMany } from './places.js'

const WINDOW_MS = 60_000
const MOST = 5

/** How often a minute an address may send each call, or open each page. Challenges are needed by each login page, and a login by a provider is two requests. */
const LIMITS = {
  register: MOST,
  forgot: MOST,
  reset: MOST,
  verify: MOST,
  resend: MOST,
  passkey: 6 * MOST,
  /** asks for a link that logs in, and uses one */
  askLink: MOST,
  useLink: MOST,
  /** begins a login by a provider, and ends one */
  oauth: 12 * MOST,
}
export type AuthLimits = Record<keyof typeof LIMITS, RequestHandler>

/**
 * Limits registration, and each call that requests a mail or uses a mailed link, by address; an IPv6 /64 is one address. In
 * memory, or with REDIS_URL one count for all processes.
 */
export function authLimits(kit: Kit): AuthLimits {
  const limit = (name: string, most: number) =>
    packages.limits.rateLimit({
      windowMs: WINDOW_MS,
      limit: most,
      standardHeaders: false,
      legacyHeaders: false,
      store: limitStore(kit, name.replace(/(?=[A-Z])/, '-').toLowerCase()),
      keyGenerator: (req) => addressGroup(clientAddress(req, kit.settings.TRUST_PROXY)),
      // The address is determined above; the package's own checks of proxies would only warn.
      validate: false,
      // As an error, so that the API answers with a problem and the pages with a page.
      handler(req, _res, next) {
        noteRefusal(kit, req, 'throttled')
        const { rateLimit: state } = req as Request & { rateLimit?: { resetTime?: Date } }
        next(tooMany(secondsTo(state?.resetTime)))
      },
    })
  const limits = Object.entries(LIMITS).map(([name, most]) => [name, limit(name, most)])
  return Object.fromEntries(limits) as AuthLimits
}

/** Wrong logins per minute of an address, and of an IPv6 /48, in which one client may have many addresses. */
export const OF_ADDRESS = { name: 'login', most: MOST }
export const OF_NETWORK = { name: 'login-48', most: 6 * MOST }

/** Wrong logins of a minute. `all` also counts attempts in progress, `wrong` only those that were wrong. */
export function addressFailures(kit: Kit, { name: ours, most } = OF_ADDRESS): Budget {
  const store = (name: string) => {
    const made = limitStore(kit, name)
    made.init?.({ windowMs: WINDOW_MS } as Options)
    return made
  }
  const all = store(ours)
  const wrong = store(`${ours}-wrong`)
  return {
    async take(address) {
      const { totalHits } = await all.increment(address)
      if (totalHits <= most) return 'taken'
      await all.decrement(address)
      const failed = await wrong.get?.(address)
      return failed && failed.totalHits >= most ? secondsTo(failed.resetTime) : 'busy'
    },
    async settle(address, isWrong) {
      if (isWrong) await wrong.increment(address)
      else await all.decrement(address)
    },
  }
}

function secondsTo(reset: Date | undefined): number {
  return Math.max(1, ((reset?.getTime() ?? Date.now() + WINDOW_MS) - Date.now()) / 1000)
}
