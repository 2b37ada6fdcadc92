import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { serialize } from 'cookie'
import type { Settings } from '../../../config/settings.js'
import type { Incoming } from '../../../express/handler.js'
import { cookieName, cookiePairs, cookieText } from '../sessions/credential.js'
import { CHALLENGE_MS } from './challenges.js'

const SHAPE = /^[\w-]{22}$/
/** Without the prefix of a secure cookie a sibling host may have planted others. */
const MOST = 5

/** Recognises the browser that asked for a challenge, by a cookie of its own: no other one can answer it. */
export interface PasskeyBrowser {
  /** Sets the cookie, or renews the one there is, so that each tab's challenge counts. */
  keep(req: Incoming, res: ServerResponse): string
  /** What the browser's cookies say. */
  all(req: Incoming): string[]
}

export function passkeyBrowser(settings: Settings): PasskeyBrowser {
  const secure = settings.COOKIE_SECURE_DEFAULT
  const name = secure ? '__Host-usertwo-passkey' : 'usertwo-passkey'
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
      const maxAge = CHALLENGE_MS / 1000
      const attributes = { path: '/', httpOnly: true, secure, sameSite: settings.COOKIE_SAMESITE, maxAge }
      res.appendHeader('Set-Cookie', serialize(name, browser, attributes))
      return browser
    },
  }
}
