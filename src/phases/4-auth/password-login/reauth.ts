import type { Response } from 'express'
import { z } from 'zod'
import type { Kit } from '../../../core/kit.js'
import { onePerApp } from '../../../core/one-per-app.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { audit } from '../audit.js'
import { type GivenCode, typedCode } from '../factors/given-code.js'
import { givenPassword } from '../passwords/password-policy.js'
import { loginOf } from '../sessions/login-state.js'
import { type Renewed, renewal } from '../sessions/renewal.js'
import { signedIn } from '../sessions/signed-in.js'
import { ownPassword } from './own-password.js'

export const reauthBody = z.object({ password: givenPassword, code: typedCode.optional() })

/** Loaded with the first call: without a second factor nothing of it is. */
const again = onePerApp(async (kit) => (await import('../factors/prove-again.js')).proveAgain(kit))

/**
 * Requires a code of the current user who has a second factor, unless one was proved in this login within
 * AUTH_REAUTH_MINUTES. Callers have verified the password.
 *
 * @returns whether a code was proved now
 * @throws Problem `invalid_credentials`; `invalid_request` where the code is missing; `rate_limited`
 */
export async function proveFactor(kit: Kit, req: Incoming, code: GivenCode | undefined): Promise<boolean> {
  return kit.settings.AUTH_ENABLE_TOTP && (await again(kit)).ifNotRecent(req, code)
}

/** Whether {@link proveFactor} requires a code of the current user. */
export async function isFactorDue(kit: Kit, req: Incoming): Promise<boolean> {
  return kit.settings.AUTH_ENABLE_TOTP && (await again(kit)).isDue(req)
}

/**
 * Verifies the password again, and the second factor of a user who has one. From then on this login, and no other of the
 * user's, is recent.
 *
 * @throws Problem `invalid_credentials`; `invalid_request` where the code is missing; `rate_limited`
 */
export function reauthentication(
  kit: Kit,
): (req: Incoming, res: Response, given: z.output<typeof reauthBody>) => Promise<Renewed> {
  const ask = ownPassword(kit)
  const renew = renewal(kit)
  return async (req, res, { password, code }) => {
    const user = signedIn(kit, req).id
    await ask(req, { user, password, field: 'password' }, async () => {})
    const withFactor = kit.settings.AUTH_ENABLE_TOTP && (await (await again(kit)).ifDue(req, code))
    const renewed = await renew(req, res, { withFactor })
    await audit(kit.db, kit, req, 'reauthenticated', user)
    return renewed
  }
}

/**
 * Throws unless the user proved who they are in this login, at its beginning or since, within AUTH_REAUTH_MINUTES
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
