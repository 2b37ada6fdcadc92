import { headerOf, type Incoming } from '../../../../express/handler.js'
import { isHttps } from '../../../2-hardening/requests/client-address.js'

/**
 * Whether a request comes from a page of the app itself, as far as the browser says (ASVS 3.5.1). `hidden`: the
 * browser withholds it (`Origin: null`: a page without a referrer, or in a sandbox). `unknown`: it sent nothing.
 */
export type ComesFrom = 'yes' | 'no' | 'hidden' | 'unknown'

/**
 * By an Origin that is listed; else by Sec-Fetch-Site, which a page's referrer policy cannot hide and a proxy cannot
 * spoil; else, over plain http, where browsers do not send that, by the exact Origin.
 *
 * @param listed further origins of the app (CORS_ORIGINS)
 * @param hops TRUST_PROXY, for whether the browser spoke https
 */
export function sameOrigin(req: Incoming, listed: readonly string[], hops: number): ComesFrom {
  const origin = req.headers.origin
  if (origin !== undefined && listed.includes(origin)) return 'yes'
  const site = headerOf(req, 'sec-fetch-site')
  if (site !== undefined) return site === 'same-origin' ? 'yes' : 'no'
  if (origin === undefined) return 'unknown'
  if (origin === 'null') return 'hidden'
  return origin === ownOrigin(req, hops) ? 'yes' : 'no'
}

/** The same for a WebSocket handshake, which always has an Origin, and whose Sec-Fetch-Site differs between browsers. */
export function switchesFromOwnPage(req: Incoming, listed: readonly string[], hops: number): boolean {
  const origin = req.headers.origin
  if (origin === undefined) return headerOf(req, 'sec-fetch-site') === 'same-origin'
  return origin === ownOrigin(req, hops) || listed.includes(origin)
}

function ownOrigin(req: Incoming, hops: number): string {
  return `${isHttps(req, hops) ? 'https' : 'http'}://${req.headers.host}`
}
