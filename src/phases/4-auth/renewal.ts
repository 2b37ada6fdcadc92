import type { Response } from 'express'
import type { Kit } from '../../core/kit.js'
import { Problem } from '../../core/problem.js'
import type { Incoming } from '../../express/handler.js'
import { revokeToken } from './end-sessions.js'
import { untilForgotten } from './kept-logins.js'
import { loginOf } from './login-state.js'
import { authParts } from './parts.js'
import { signedIn } from './signed-in.js'

export interface Renewed {
  token: string
  expiresIn: number
  /** the cookie goes with the browser */
  isShared: boolean
}

/**
 * Goes on with a login whose password was given again: it is recent from now on, and under a new token; the one before is
 * dead, so that nobody who had it comes along (ASVS 7.2.4). It ends when it would have, and its CSRF token stays: other tabs
 * go on.
 *
 * @throws Problem `authentication_required` where it was ended meanwhile
 */
export function renewal(kit: Kit): (req: Incoming, res: Response) => Promise<Renewed> {
  const { db, clock, config } = kit
  const { tokens, csrf, cookies } = authParts(kit)
  return async (req, res) => {
    const { id } = signedIn(kit, req)
    const { claims, cookieSession } = loginOf(req)
    if (!claims) throw new Problem('authentication_required')
    const now = clock.now()
    const session = await db.transaction(async (trx) => {
      await revokeToken(trx, claims, id, now)
      const [going]: { expires_at: Date; on_shared_computer: boolean }[] = await trx('usertwo.user_sessions')
        .where({ id: claims.sid, user_id: id })
        .whereNull('revoked_at')
        .update({ authenticated_at: now, last_used_at: now })
        .returning(['expires_at', 'on_shared_computer'])
      if (!going) throw new Problem('authentication_required')
      return going
    })
    await untilForgotten(config)
    const isShared = session.on_shared_computer
    const seconds = Math.max(1, Math.floor((session.expires_at.getTime() - now.getTime()) / 1000))
    const { token, expiresIn } = tokens.sign(id, claims.sid, seconds)
    if (cookieSession === claims.sid)
      cookies.set(res, token, csrf.of(claims.sid, id), isShared ? undefined : expiresIn)
    return { token, expiresIn, isShared }
  }
}
