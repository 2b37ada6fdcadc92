import type { ServerResponse } from 'node:http'
import type { Request, Response } from 'express'
import type { Knex } from 'knex'
import type { TokenAnswer } from '../../../contract/answers.js'
import { onePerApp } from '../../../core/one-per-app.js'
import type { Incoming } from '../../../express/handler.js'
import { bearerStyle } from './bearer-style.js'
import type { CurrentLogin } from './logins.js'

/** A login that the browser holds genuine proof of. Whether it is still valid is in the database. */
export interface HeldLogin {
  sid: string
  /** the user's id as text */
  sub: string
}

/** How a login is handed to its user, by TOKEN_STYLE. */
export interface TokenStyle {
  name: 'bearer' | 'refresh'
  /** where refresh tokens are; null: not used */
  refresh: null | 'body' | 'cookie'
  /** Hands a new login to a caller of the API: in the answer, and for a browser in cookies. */
  give(res: ServerResponse, login: CurrentLogin): TokenAnswer
  /** Hands it to a user who logged in on a page or by usertwo's script, which keep nothing except cookies. */
  giveToPage(res: ServerResponse, login: CurrentLogin): TokenAnswer
  /** Updates a login whose password was given again, in the transaction that records it. */
  renew(trx: Knex.Transaction, req: Incoming, login: CurrentLogin): Promise<CurrentLogin>
  /** Hands out a login that continues in this way. */
  giveRenewed(req: Incoming, res: ServerResponse, login: CurrentLogin): TokenAnswer
  /** Logins of the browser that are proved by something other than an access token, and so were not looked up. */
  heldBy(req: Incoming): HeldLogin[]
  /** The login whose refresh token is in the body: not a cookie, and a proof by itself. */
  namedBy?(req: Request, res: Response): Promise<HeldLogin | null>
  /** Clears every cookie of a login. */
  clear(res: ServerResponse): void
}

/** The style of a wrapped app; the code for refresh tokens is loaded only where they are on. */
export const tokenStyle = onePerApp(async (kit): Promise<TokenStyle> => {
  if (kit.settings.TOKEN_STYLE === 'bearer') return bearerStyle(kit)
  if (kit.settings.AUTH_COOKIE_REFRESH) return (await import('./refresh/cookie-style.js')).cookieStyle(kit)
  return (await import('./refresh/body-style.js')).bodyStyle(kit)
})
