import { rootOf } from '../../../../config/addresses.js'
import type { Settings } from '../../../../config/settings.js'

/** Where usertwo's cookies are, and what browsers promise of them. */
export interface CookiePlace {
  /** what their names begin with over https (RFC 6265bis, 4.1.3) */
  prefix: '' | '__Secure-' | '__Host-'
  /** the app's part of its host */
  path: string
}

/**
 * Below a path of its host an app has the cookies to itself, and `__Host-` is not to be had: another host of the domain could
 * plant one, as without https.
 */
export function cookiePlace(settings: Pick<Settings, 'PUBLIC_URL' | 'COOKIE_SECURE_DEFAULT'>): CookiePlace {
  const root = rootOf(settings)
  const prefix = root === '' ? '__Host-' : '__Secure-'
  return { prefix: settings.COOKIE_SECURE_DEFAULT ? prefix : '', path: root || '/' }
}
