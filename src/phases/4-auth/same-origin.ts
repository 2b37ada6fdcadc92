import type { Request } from 'express'

/**
 * Whether a request comes from a page of the app itself, as far as the browser tells (ASVS 3.5.1):
 * `yes` by an exact Origin, or by Sec-Fetch-Site where there is no Origin; `no`; `unknown` when neither was sent.
 *
 * @param listed further origins of the app (CORS_ORIGINS)
 */
export function sameOrigin(req: Request, listed: readonly string[]): 'yes' | 'no' | 'unknown' {
  const origin = req.get('origin')
  const site = req.get('sec-fetch-site')
  if (site === 'cross-site') return 'no'
  if (origin !== undefined) {
    const own = `${req.protocol}://${req.get('host')}`
    return origin === own || listed.includes(origin) ? 'yes' : 'no'
  }
  if (site === undefined) return 'unknown'
  return site === 'same-origin' ? 'yes' : 'no'
}
