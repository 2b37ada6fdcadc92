import type { Request, Response } from 'express'
import type { TokenAnswer } from '../../../contract/answers.js'
import type { Kit } from '../../../core/kit.js'
import type { SentBy } from '../answer.js'
import { loginParts } from '../attempts/login-parts.js'
import { deliveryOf } from '../sessions/delivery.js'
import { authParts } from '../sessions/parts.js'
import type { LoggedIn } from './begin-login.js'

/** What a client is given of a login that has begun. */
export interface GivenLogin {
  answer: TokenAnswer
  csrfToken: string
}

/** Whether a login is for cookies alone: our own script in a page keeps no token, and asks for what a page would get. */
const isToPage = (req: Request, by: SentBy) => by === 'form' || req.body.in_cookie === true

/** Whether the login that begins takes the place of the one that the browser holds. */
export async function isInCookie(kit: Kit, req: Request, by: SentBy): Promise<boolean> {
  return isToPage(req, by) || (await deliveryOf(kit)).refresh !== 'body'
}

/** Gives a login that has begun to its client, in the token style of the app. */
export function givingLogin(
  kit: Kit,
): (req: Request, res: Response, by: SentBy, begun: LoggedIn) => Promise<GivenLogin> {
  const { cookies } = authParts(kit)
  const { devices } = loginParts(kit)
  return async (req, res, by, begun) => {
    const delivery = await deliveryOf(kit)
    const answer = isToPage(req, by) ? delivery.giveToPage(res, begun.login) : delivery.give(res, begun.login)
    if (begun.device !== null) cookies.setDevice(res, begun.device, devices.life)
    return { answer, csrfToken: begun.csrfToken }
  }
}
