import type { IncomingMessage, ServerResponse } from 'node:http'
import { type CookieSerializeOptions, serialize } from 'cookie'
import type { RequestHandler } from 'express'
import type { Kit } from '../../../../core/kit.js'
import { slot } from '../../../../core/slot.js'
import { cookieName, cookiePairs, cookieText, replaceHeader, trimmed } from '../credential.js'
import { authParts } from '../parts.js'
import { lasting, OVER } from './cookies.js'

const taken = slot<IncomingMessage, string>()

/** The refresh token of the browser's own login, from a cookie; null if there was none. */
export const refreshTokenOf = (req: IncomingMessage): string | null => taken.get(req) ?? null

export interface RefreshCookie {
  /** Takes the cookie out of a request, so that the app does not see it; a useless one is cleared in the browser too. */
  take: RequestHandler
  /** @param seconds default: as long as the browser is open */
  set(res: ServerResponse, token: string, seconds?: number): void
  clear(res: ServerResponse): void
}

/** The cookie that holds the refresh token: it goes to the auth API and nowhere else. */
export function refreshCookie(kit: Kit): RefreshCookie {
  const { settings } = kit
  const { tokens } = authParts(kit)
  const name = settings.REFRESH_COOKIE_NAME
  const attributes: CookieSerializeOptions = {
    path: kit.at.mount,
    httpOnly: true,
    secure: settings.COOKIE_SECURE_DEFAULT,
    sameSite: settings.COOKIE_SAMESITE,
  }
  const add = (res: ServerResponse, value: string, more: CookieSerializeOptions) =>
    res.appendHeader('Set-Cookie', serialize(name, value, { ...attributes, ...more }))
  const clear = (res: ServerResponse) => void add(res, '', OVER)
  /** The app may have a cookie of this name too. */
  const isOurs = (pair: string) => cookieName(pair) === name && tokens.isOurs(cookieText(pair))

  return {
    async take(req, res, next) {
      const pairs = cookiePairs(req)
      const ours = pairs.filter(isOurs)
      if (ours.length === 0) return next()
      const others = pairs.filter((pair) => pair && !ours.includes(pair)).map(trimmed)
      replaceHeader(req, 'cookie', others.join('; '))
      if (!settings.AUTH_COOKIE_REFRESH) {
        // A cacheable answer must not set a cookie.
        if (/\.js(?:on)?$/.test(req.path)) return next()
        res.set('Cache-Control', 'no-store')
        clear(res)
        return next()
      }
      const { boundCookie } = await import('../refresh/bound-cookie.js')
      const own = boundCookie(kit)(req, ours.map(cookieText))
      if (own !== null) taken.set(req, own)
      next()
    },
    set: (res, token, seconds) => void add(res, token, lasting(seconds)),
    clear,
  }
}
