import type { ServerResponse } from 'node:http'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { newToken } from '../links/one-time-token.js'
import { nextPath } from '../next-path.js'
import { linkCookieOf } from '../sessions/login-state.js'
import { authParts } from '../sessions/parts.js'

/** Longer than a link works, as the mail may be sent some minutes after the request. Seconds. */
const COOKIE_SECONDS = 1800
const SECRET = /^[\w-]{43}$/
const LONGEST_NEXT = 1000

/** A browser that asked for a link. */
export interface AskingBrowser {
  /** only its hash is stored, with the link */
  secret: string
  /** where to go after the login, checked */
  next: string
}

/** The browser of a request, by its cookie; null: it did not ask for a link in the last half hour. */
export function askingBrowser({ at }: Kit, req: Incoming): AskingBrowser | null {
  const [secret = '', next = '', ...more] = (linkCookieOf(req) ?? '').split('.')
  if (!SECRET.test(secret) || more.length > 0) return null
  return { secret, next: nextPath(Buffer.from(next, 'base64url').toString(), at) }
}

/** The secret of the browser that asks now: the one it has, so that earlier links of it go on working. */
export const secretOfAsking = (kit: Kit, req: Incoming): string =>
  askingBrowser(kit, req)?.secret ?? newToken()

/** Sets the cookie of a browser that asks for a link. */
export function rememberAsking(kit: Kit, res: ServerResponse, { secret, next }: AskingBrowser): void {
  const kept = next.length > LONGEST_NEXT ? kit.at.home : next
  authParts(kit).cookies.setLink(res, `${secret}.${Buffer.from(kept).toString('base64url')}`, COOKIE_SECONDS)
}
