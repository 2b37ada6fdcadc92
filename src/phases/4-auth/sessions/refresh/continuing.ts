import type { Request, Response } from 'express'
import type { Kit } from '../../../../core/kit.js'
import { nextPath } from '../../next-path.js'
import { refreshTokenOf } from '../cookies/refresh-cookie.js'
import { deliveryOf } from '../delivery.js'
import { refreshParts } from './refresh-parts.js'

/**
 * `GET /continue?next=`: where a page with an expired access token is redirected. The refresh token is sent
 * here, gets the next tokens, and the page continues; without a valid one it is redirected to the login.
 */
export function continuing(kit: Kit): (req: Request, res: Response) => Promise<void> {
  const { rotate } = refreshParts(kit)
  const { pages } = kit.at
  return async (req, res) => {
    const given = req.query.next
    const next = nextPath(given, kit.at)
    if (kit.userOf(req)) return res.redirect(302, next)
    const token = refreshTokenOf(req)
    const login = token === null ? null : await rotate(req, token)
    const delivery = await deliveryOf(kit)
    if (login) delivery.giveToPage(res, login)
    else delivery.clear(res)
    // Passed on as sent, because the login checks it too.
    const back = encodeURIComponent(typeof given === 'string' ? given : next)
    res.redirect(302, login ? next : `${pages}/login?next=${back}`)
  }
}
