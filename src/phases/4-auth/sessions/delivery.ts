import type { ServerResponse } from 'node:http'
import type { Request, Response } from 'express'
import type { Knex } from 'knex'
import type { TokenAnswer } from '../../../contract/answers.js'
import type { Kit } from '../../../core/kit.js'
import { onePerApp } from '../../../core/one-per-app.js'
import type { Incoming } from '../../../express/handler.js'
import { jsonBody } from '../answer.js'
import { loginOf } from './login-state.js'
import type { CurrentLogin } from './logins.js'
import { authParts } from './parts.js'

/** A login that the browser holds genuine proof of. Whether it is still valid is in the database. */
export interface HeldLogin {
  sid: string
  /** the user's id as text */
  sub: string
}

/** What differs between the ways to hand a login to its user. */
interface Way {
  name: 'bearer' | 'refresh'
  /** where refresh tokens are; null: not used */
  refresh: null | 'body' | 'cookie'
  /** Makes the access token of a login, which sets no cookie. */
  access(login: CurrentLogin): TokenAnswer
  /** Hands a login to a user who logged in on a page or by usertwo's script, which keep nothing except cookies. */
  giveToPage(res: ServerResponse, login: CurrentLogin): TokenAnswer
  /** Hands a new login to a caller of the API: in the answer, and for a browser in cookies. */
  give(res: ServerResponse, login: CurrentLogin): TokenAnswer
  /** Updates a login whose password was given again, in the transaction that records it. */
  renew(trx: Knex.Transaction, req: Incoming, login: CurrentLogin): Promise<CurrentLogin>
  /** Logins of the browser that are proved by something other than an access token, and so were not looked up. */
  heldBy(req: Incoming): HeldLogin[]
  /** The login whose refresh token is in the body: not a cookie, and a proof by itself. */
  namedBy?(req: Request, res: Response): Promise<HeldLogin | null>
  /** Clears every cookie of a login. */
  clear(res: ServerResponse): void
}

export interface Delivery extends Way {
  /** Hands out a login that continues: a browser that holds it in its cookie gets the next cookie. */
  giveRenewed(req: Incoming, res: ServerResponse, login: CurrentLogin): TokenAnswer
}

const isInCookie = (req: Incoming, { id }: CurrentLogin) => loginOf(req).cookieSession === id

/** Seconds until a login ends. */
const secondsFrom = (moment: Date, { end }: CurrentLogin): number =>
  Math.max(1, Math.floor((end.getTime() - moment.getTime()) / 1000))

/** One token per login, in the answer and in the cookie: it lasts as long as the login. */
function bearer(kit: Kit): Way {
  const { cookies } = authParts(kit)
  const access: Way['access'] = (login) => signed(kit, login, secondsFrom(login.at, login))
  const give: Way['give'] = (res, login) => {
    const answer = access(login)
    setCookies(kit, res, login, answer)
    return answer
  }
  return {
    name: 'bearer',
    refresh: null,
    access,
    giveToPage: give,
    give,
    renew: async (_trx, _req, login) => login,
    heldBy(req) {
      // The header decides for the request: the cookie next to it may hold another login of the same user.
      const { cookieSession: sid, former } = loginOf(req)
      const sub = former?.sub ?? kit.userOf(req)?.id
      return sid === null || sub === undefined ? [] : [{ sid, sub: String(sub) }]
    },
    clear: cookies.clear,
  }
}

/** Access tokens that live for minutes, with a refresh token in the answer that gets the next one. */
async function inBody(kit: Kit): Promise<Way> {
  const { tokens } = (await import('./refresh/refresh-parts.js')).refreshParts(kit)
  const access = shortAccess(kit)
  // A page can keep a refresh token only in a cookie, so there the login cookie lasts as long as the login. The holder of
  // the refresh token keeps it when the login is renewed: only the access token changes.
  const whole = bearer(kit)
  return {
    ...whole,
    name: 'refresh',
    refresh: 'body',
    access,
    giveToPage(res, login) {
      whole.giveToPage(res, login)
      return access(login)
    },
    give: (_res, login) => ({ ...access(login), refresh_token: tokens.sign(login) }),
    async namedBy(req, res) {
      // An unreadable body names no login, and the logout still succeeds.
      const isRead = await new Promise<boolean>((done) =>
        jsonBody(req, res, (error?: unknown) => done(!error)),
      )
      const token: unknown = isRead ? req.body?.refresh_token : undefined
      return typeof token === 'string' ? tokens.verify(token) : null
    },
  }
}

/**
 * Access tokens that live for minutes, and a refresh token in a cookie that no script reads. The access token
 * is in a cookie too, for pages and forms without script: after its expiry it still names its user.
 */
async function inCookie(kit: Kit): Promise<Way> {
  const { refreshCookie, refreshTokenOf } = await import('./cookies/refresh-cookie.js')
  const { tokens } = (await import('./refresh/refresh-parts.js')).refreshParts(kit)
  const { writeNext } = await import('./refresh/refresh-row.js')
  const { cookies } = authParts(kit)
  const cookie = refreshCookie(kit)
  const access = shortAccess(kit)
  const give: Way['give'] = (res, login) => {
    const answer = access(login)
    const seconds = secondsFrom(kit.clock.now(), login)
    setCookies(kit, res, login, { ...answer, expires_in: seconds })
    cookie.set(res, tokens.sign(login), login.isShared ? undefined : seconds)
    return answer
  }
  return {
    name: 'refresh',
    refresh: 'cookie',
    access,
    giveToPage: give,
    give,
    async renew(trx, req, login) {
      if (!isInCookie(req, login)) return login
      const rid = tokens.next(login.id, login.rid)
      const { rotated_at: at } = await writeNext(trx, kit, login.id, rid)
      return { ...login, rid, at }
    },
    heldBy(req) {
      const token = refreshTokenOf(req)
      const refreshed = token === null ? null : tokens.verify(token)
      const { former } = loginOf(req)
      return [refreshed, former?.sid === refreshed?.sid ? null : former].filter((one) => one !== null)
    },
    clear(res) {
      cookies.clear(res)
      cookie.clear(res)
    },
  }
}

function signed(kit: Kit, { user, id }: CurrentLogin, seconds: number): TokenAnswer {
  const { token, expiresIn } = authParts(kit).tokens.sign(user, id, seconds)
  return { access_token: token, token_type: 'Bearer', expires_in: expiresIn }
}

/** Makes access tokens of ACCESS_TOKEN_MINUTES, or shorter if the login ends earlier. */
const shortAccess =
  (kit: Kit): Way['access'] =>
  (login) => {
    const most = kit.settings.ACCESS_TOKEN_MINUTES * 60
    return signed(kit, login, Math.min(most, secondsFrom(kit.clock.now(), login)))
  }

/** Sets the cookie of a login and that of its CSRF token; on a shared computer they end when the browser is closed. */
function setCookies(kit: Kit, res: ServerResponse, login: CurrentLogin, answer: TokenAnswer): void {
  const { cookies, csrf } = authParts(kit)
  const seconds = login.isShared ? undefined : answer.expires_in
  cookies.set(res, answer.access_token, csrf.of(login.id, login.user), seconds)
}

const WAYS = { bearer, body: inBody, cookie: inCookie }

/** How a wrapped app hands logins to their users; the code for refresh tokens is loaded only where they are on. */
export const deliveryOf = onePerApp(async (kit): Promise<Delivery> => {
  const { TOKEN_STYLE, AUTH_COOKIE_REFRESH } = kit.settings
  const way = await WAYS[TOKEN_STYLE === 'bearer' ? 'bearer' : AUTH_COOKIE_REFRESH ? 'cookie' : 'body'](kit)
  return {
    ...way,
    giveRenewed: (req, res, login) =>
      isInCookie(req, login) ? way.giveToPage(res, login) : way.access(login),
  }
})
