import type { Response } from 'express'
import type { TokenAnswer } from '../../../contract/answers.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { deliveryOf } from './delivery.js'
import { revokeToken } from './end-sessions.js'
import { loginOf } from './login-state.js'
import { signedIn } from './signed-in.js'
import { untilForgotten } from './until-forgotten.js'

export interface Renewed {
  answer: TokenAnswer
  /** the cookie is deleted when the browser is closed */
  isShared: boolean
}

/** The row of the login; `ends_at` only with refresh tokens. */
interface Going {
  refresh_id: string
  expires_at: Date
  ends_at?: Date | null
  on_shared_computer: boolean
}

/**
 * Continues a login whose password was given again. It is recent from now on and has a new token; the old
 * token is revoked, so that a copy of it is worthless (ASVS 7.2.4). The login ends when it would have, and
 * its CSRF token stays, so that other tabs keep working.
 *
 * @param withFactor a second factor was proved as well
 * @throws Problem `authentication_required` if it has ended in the meantime
 */
export function renewal(
  kit: Kit,
): (req: Incoming, res: Response, how: { withFactor: boolean }) => Promise<Renewed> {
  const { db, clock } = kit
  return async (req, res, { withFactor }) => {
    const { id: user } = signedIn(kit, req)
    const { claims } = loginOf(req)
    if (!claims) throw new Problem('authentication_required')
    const delivery = await deliveryOf(kit)
    const now = clock.now()
    const { sid: id } = claims
    const login = await db.transaction(async (trx) => {
      await revokeToken(trx, claims, user, now)
      const [going]: Going[] = await trx('usertwo.user_sessions')
        .where({ id, user_id: user })
        .whereNull('revoked_at')
        .update({ authenticated_at: now, last_used_at: now, ...(withFactor && { factor_at: now }) })
        .returning('*')
      if (!going) throw new Problem('authentication_required')
      const end = going.ends_at ?? going.expires_at
      const isShared = going.on_shared_computer
      return delivery.renew(trx, req, { id, user, rid: going.refresh_id, at: now, end, isShared })
    })
    await untilForgotten(kit, user)
    return { answer: delivery.giveRenewed(req, res, login), isShared: login.isShared }
  }
}
