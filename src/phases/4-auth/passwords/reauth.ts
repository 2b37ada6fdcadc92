import type { Response } from 'express'
import { z } from 'zod'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { audit } from '../audit.js'
import { loginOf } from '../sessions/login-state.js'
import { type Renewed, renewal } from '../sessions/renewal.js'
import { signedIn } from '../sessions/signed-in.js'
import { ownPassword } from './own-password.js'
import { givenPassword } from './password-policy.js'

export const reauthBody = z.object({ password: givenPassword })

/** Verifies the password again. From then on this login, and no other of the user's, is recent. */
export function reauthentication(
  kit: Kit,
): (req: Incoming, res: Response, given: z.output<typeof reauthBody>) => Promise<Renewed> {
  const ask = ownPassword(kit)
  const renew = renewal(kit)
  return async (req, res, { password }) => {
    const user = signedIn(kit, req).id
    await ask(req, { user, password, field: 'password' }, async () => {})
    const renewed = await renew(req, res)
    await audit(kit.db, kit, req, 'reauthenticated', user)
    return renewed
  }
}

/**
 * Throws unless the password was given in this login, at its beginning or since, within AUTH_REAUTH_MINUTES
 * (ASVS 7.5.1): a login that was left open or stolen is not enough.
 *
 * @throws Problem `reauth_required`
 */
export async function assertRecent(kit: Kit, req: Incoming): Promise<void> {
  if (!(await isRecent(kit, req))) throw new Problem('reauth_required')
}

export async function isRecent({ db, clock, settings }: Kit, req: Incoming): Promise<boolean> {
  const { claims } = loginOf(req)
  if (!claims) return false
  const since = new Date(clock.now().getTime() - settings.AUTH_REAUTH_MINUTES * 60_000)
  const found = db('usertwo.user_sessions').where({ id: claims.sid })
  return (
    (await found.whereRaw('coalesce(authenticated_at, issued_at) > ?', [since]).first('id')) !== undefined
  )
}
