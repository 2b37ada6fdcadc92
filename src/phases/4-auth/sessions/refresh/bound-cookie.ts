import type { IncomingMessage } from 'node:http'
import type { Kit } from '../../../../core/kit.js'
import { onePerApp } from '../../../../core/one-per-app.js'
import { requestIdOf } from '../../../../express/request-id.js'
import { cookiePlace } from '../cookies/cookie-place.js'
import { loginCookieOf } from '../login-state.js'
import { authParts } from '../parts.js'
import { refreshParts } from './refresh-parts.js'

const IGNORED =
  'ignored a refresh cookie that is not of the login in this browser: another host of the domain may have set it'

/** Chooses the refresh token of the browser's own login among the cookies of a request; null: none is. */
type BoundCookie = (req: IncomingMessage, values: string[]) => string | null

/**
 * Another host of the domain can set the refresh cookie, because a cookie with a path of its own cannot have the
 * prefix `__Host-`. It cannot set the login cookie, which has it over https (RFC 6265bis, 4.1.3.2). A refresh token is
 * therefore accepted only next to a login cookie of the same session, however old that one is. Without https, and below
 * a path of its host, there is no such cookie: a single refresh cookie is accepted as it is, several are refused.
 */
export const boundCookie = onePerApp((kit: Kit): BoundCookie => {
  const { settings, ownLog } = kit
  const access = authParts(kit).tokens
  const { tokens } = refreshParts(kit)
  if (cookiePlace(settings).prefix !== '__Host-')
    return (_req, values) => (values.length === 1 ? values[0]! : null)

  return (req, values) => {
    const login = loginCookieOf(req)
    const session = login === null ? null : access.sessionOf(login)
    const found = values.map((token) => ({ token, claims: tokens.verify(token) }))
    const own = found.filter(({ claims }) => claims !== null && claims.sid === session)
    const ignored = found.length - own.length
    if (ignored > 0)
      ownLog.warn({ requestId: requestIdOf(req), cookie: settings.REFRESH_COOKIE_NAME, ignored }, IGNORED)
    // There may be one for each path it was ever set for: the newest.
    const newest = own.sort((a, b) => b.claims!.iat - a.claims!.iat)[0]
    return newest?.token ?? null
  }
})
