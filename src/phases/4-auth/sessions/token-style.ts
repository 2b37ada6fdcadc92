import type { ServerResponse } from 'node:http'
import type { Request, Response } from 'express'
import type { Knex } from 'knex'
import type { TokenAnswer } from '../../../contract/answers.js'
import { onePerApp } from '../../../core/one-per-app.js'
import type { Incoming } from '../../../express/handler.js'
import { bearerStyle } from './bearer-style.js'
import type { CurrentLogin } from './logins.js'

/** A login that a browser has a genuine proof of; whether it is good still, the database knows. */
export interface HeldLogin {
  sid: string
  /** the user's id as text */
  sub: string
}

/** How a login gets to whose it is, by TOKEN_STYLE. */
export interface TokenStyle {
  name: 'bearer' | 'refresh'
  /** where refresh tokens are; null: there are none */
  refresh: null | 'body' | 'cookie'
  /** Gives a login that has just begun to who asked the API for it: in the answer, and where a browser keeps it, in cookies. */
  give(res: ServerResponse, login: CurrentLogin): TokenAnswer
  /** The same to who logged in at a page or by a script of ours, which keep nothing but cookies. */
  giveToPage(res: ServerResponse, login: CurrentLogin): TokenAnswer
  /** What else becomes of a login whose password was given again, in the transaction that notes it. */
  renew(trx: Knex.Transaction, req: Incoming, login: CurrentLogin): Promise<CurrentLogin>
  /** Gives a login that goes on like that. */
  giveRenewed(req: Incoming, res: ServerResponse, login: CurrentLogin): TokenAnswer
  /** Logins of the browser whose proof is no access token, and so not looked up. */
  heldBy(req: Incoming): HeldLogin[]
  /** The login whose refresh token the body holds: no cookie, and a proof by itself. */
  namedBy?(req: Request, res: Response): Promise<HeldLogin | null>
  /** Clears what cookies of a login there are. */
  clear(res: ServerResponse): void
}

/** The style of a wrapped app; refresh tokens are loaded where they are on. */
export const tokenStyle = onePerApp(async (kit): Promise<TokenStyle> => {
  if (kit.settings.TOKEN_STYLE === 'bearer') return bearerStyle(kit)
  if (kit.settings.AUTH_COOKIE_REFRESH) return (await import('./refresh/cookie-style.js')).cookieStyle(kit)
  return (await import('./refresh/body-style.js')).bodyStyle(kit)
})
