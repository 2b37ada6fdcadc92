import type { ServerResponse } from 'node:http'
import { serialize } from 'cookie'
import type { FactorAnswer } from '../../../contract/answers.js'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { cookiePlace } from '../sessions/cookies/cookie-place.js'
import { cookieName, cookiePairs, cookieText } from '../sessions/credential.js'

const SHAPE = /^[\w.-]{1,4000}$/

const nameOf = ({ settings }: Kit) => `${cookiePlace(settings).prefix}usertwo-oauth-code`

/** Keeps a login whose second factor is due for the page that asks for the code: an address must not hold it. */
export function keepPending(
  kit: Kit,
  res: ServerResponse,
  { mfa_token, expires_in: maxAge }: FactorAnswer,
): void {
  const secure = kit.settings.COOKIE_SECURE_DEFAULT
  const { path } = cookiePlace(kit.settings)
  // Lax: the page is reached by a redirect that began at the provider.
  const attributes = { path, httpOnly: true, secure, sameSite: 'lax', maxAge } as const
  res.appendHeader('Set-Cookie', serialize(nameOf(kit), mfa_token, attributes))
}

/** The token of that login; null without exactly one. */
export function pendingIn(kit: Kit, req: Incoming): string | null {
  const name = nameOf(kit)
  const [value, ...more] = cookiePairs(req)
    .filter((pair) => cookieName(pair) === name)
    .map(cookieText)
  return value !== undefined && more.length === 0 && SHAPE.test(value) ? value : null
}
