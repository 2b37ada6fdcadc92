import type { Request } from 'express'
import { isHttps } from '../2-hardening/client-address.js'

/**
 * Whether a request comes from a page of the app itself, as far as the browser tells (ASVS 3.5.1):
 * `yes` by an exact Origin, or by Sec-Fetch-Site where there is no Origin; `no`; `unknown` when neither was sent.
 *
 * @param listed further origins of the app (CORS_ORIGINS)
 * @param hops TRUST_PROXY, for whether the browser spoke https
 */
export function sameOrigin(req: Request, listed: readonly string[], hops: number): 'yes' | 'no' | 'unknown' {
  const origin = req.get('origin')
  const site = req.get('sec-fetch-site')
  if (origin !== undefined) {
    const own = `${isHttps(req, hops) ? 'https' : 'http'}://${req.get('host')}`
    return origin === own || listed.includes(origin) ? 'yes' : 'no'
  }
  if (site === undefined) return 'unknown'
  return site === 'same-origin' ? 'yes' : 'no'
}
