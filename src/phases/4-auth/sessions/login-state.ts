import type { IncomingMessage } from 'node:http'
import { requestSlot } from '../../../core/slot.js'
import type { AccessClaims } from './access-token.js'

/** What identify found in the credentials of a request. A class, not a literal: see `Here` in `matched.ts`. */
export class LoginState {
  constructor(
    /** `refused`: there was a usertwo credential, and it is not valid (any more) */
    readonly outcome: 'none' | 'refused' | 'accepted',
    /** the session of a valid login in the cookie, which a browser sends by itself: unsafe methods need a CSRF proof */
    readonly cookieSession: string | null = null,
    /** of the accepted login */
    readonly claims: AccessClaims | null = null,
    /** the login in the cookie if it is no longer valid; past its end too, where another is made in the meantime */
    readonly former: AccessClaims | null = null,
    /** the user is known from an earlier look-up (`auth.lookUpEvery`) */
    readonly isRemembered = false,
  ) {}
}

const NONE = new LoginState('none')

// Stored outside the request object, like the user: nothing the app writes on the request changes who it is.
const states = requestSlot<IncomingMessage, LoginState>()

/** Only identify calls it. */
export function rememberLogin(req: IncomingMessage, state: LoginState): void {
  states.set(req, state)
}

export function loginOf(req: IncomingMessage): LoginState {
  return states.get(req) ?? NONE
}

const devices = requestSlot<IncomingMessage, string>()

/** Only identify calls it. */
export function rememberDevice(req: IncomingMessage, cookie: string): void {
  devices.set(req, cookie)
}

/** The device cookie, unread; null if there is none or several. */
export function deviceOf(req: IncomingMessage): string | null {
  return devices.get(req) ?? null
}

const linkCookies = requestSlot<IncomingMessage, string>()

/** Only identify calls it. */
export function rememberLinkCookie(req: IncomingMessage, cookie: string): void {
  linkCookies.set(req, cookie)
}

/** The cookie of a browser that asked for a link that logs in, unread; null without exactly one. */
export function linkCookieOf(req: IncomingMessage): string | null {
  return linkCookies.get(req) ?? null
}

const loginCookies = requestSlot<IncomingMessage, string>()

/** Only identify calls it. */
export function rememberLoginCookie(req: IncomingMessage, cookie: string): void {
  loginCookies.set(req, cookie)
}

/** The login cookie of a request to the auth API, unread, where refresh tokens are in a cookie; else null. */
export function loginCookieOf(req: IncomingMessage): string | null {
  return loginCookies.get(req) ?? null
}

/** The token of the accepted login. Only identify sets it, where `auth.ownCalls` is set. */
export const carriedTokens = requestSlot<IncomingMessage, string>()
