import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { serialize } from 'cookie'
import type { Settings } from '../../../../config/settings.js'
import type { Incoming } from '../../../../express/handler.js'
import { cookieName, cookiePairs, cookieText } from '../credential.js'
import { cookiePlace } from './cookie-place.js'

const SHAPE = /^[\w-]{22}$/
/** Without the prefix of a secure cookie a sibling host may have planted others. */
const MOST = 5

/** Recognises the browser that began something, by a cookie of its own: no other one can go on with it. */
export interface BrowserCookie {
  /** Sets the cookie, or renews the one there is, so that what each tab began counts. */
  keep(req: Incoming, res: ServerResponse): string
  /** What the browser's cookies say. */
  all(req: Incoming): string[]
}

interface How {
  /** of what is begun */
  name: 'passkey' | 'oauth'
  /** for how long it may take */
  ms: number
  sameSite: Settings['COOKIE_SAMESITE']
}

export function browserCookie(settings: Settings, { name: what, ms, sameSite }: How): BrowserCookie {
  const secure = settings.COOKIE_SECURE_DEFAULT
  const { prefix, path } = cookiePlace(settings)
  const name = `${prefix}usertwo-${what}`
  const all = (req: Incoming) =>
    cookiePairs(req)
      .filter((pair) => cookieName(pair) === name)
      .map(cookieText)
      .filter((value) => SHAPE.test(value))
      .slice(0, MOST)
  return {
    all,
    keep(req, res) {
      const browser = all(req)[0] ?? randomBytes(16).toString('base64url')
      const attributes = { path, httpOnly: true, secure, sameSite, maxAge: ms / 1000 }
      res.appendHeader('Set-Cookie', serialize(name, browser, attributes))
      return browser
    },
  }
}
