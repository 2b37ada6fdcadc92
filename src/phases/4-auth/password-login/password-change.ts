import type { Response } from 'express'
import { z } from 'zod'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { type Account, namesOf } from '../accounts/accounts.js'
import { forgetDevices, rehash } from '../accounts/credentials.js'
import { isKnownTo } from '../attempts/known-devices.js'
import { loginParts, wordsOf } from '../attempts/login-parts.js'
import { audit } from '../audit.js'
import { typedCode } from '../factors/given-code.js'
import { authMail } from '../links/auth-mail.js'
import { endLinks } from '../links/end-links.js'
import { assertUnbreached } from '../passwords/breached.js'
import { assertHardToGuess, givenPassword, newPassword } from '../passwords/password-policy.js'
import { endLogins } from '../sessions/end-sessions.js'
import { deviceOf, loginOf } from '../sessions/login-state.js'
import { authParts } from '../sessions/parts.js'
import { renewal } from '../sessions/renewal.js'
import { signedIn } from '../sessions/signed-in.js'
import { untilForgotten } from '../sessions/until-forgotten.js'
import { ownPassword, wrongPassword } from './own-password.js'
import { proveFactor } from './reauth.js'

export const changeBody = z.object({
  current_password: givenPassword,
  password: newPassword,
  code: typedCode.optional(),
})

const FIELD = 'current_password'

/**
 * Changes the current user's password if they give the old one and, if they have a second factor that this login has not
 * proved recently, a code: the login is recent afterwards (ASVS 7.5.1). Ends every other login and every one-time
 * link of theirs. A login in the cookie continues under a new token, a bearer token unchanged.
 */
export function passwordChange(
  kit: Kit,
): (req: Incoming, res: Response, given: z.output<typeof changeBody>) => Promise<void> {
  const { db, config, clock } = kit
  const { passwords, devices } = loginParts(kit)
  const { cookies } = authParts(kit)
  const ask = ownPassword(kit)
  const renew = renewal(kit)
  const appWords = wordsOf(kit)

  return async (req, res, given) => {
    const { id: user, sessionId } = signedIn(kit, req)
    // Before a hash: a new password that would be refused anyway is not an attempt at the old one.
    assertHardToGuess(given.password, [...appWords, ...(await namesOf(db, config, user))])
    await assertUnbreached(kit, req, given.password)
    const asked = { user, password: given.current_password, field: FIELD }
    const { account, hash } = await ask(req, asked, async (account) => ({
      account,
      hash: await passwords.hashNew(given.password),
    }))
    const withFactor = await proveFactor(kit, req, given.code)
    const epoch = await store(req, account, sessionId, hash)
    authMail(kit)?.hurry()
    if (loginOf(req).cookieSession !== sessionId) return untilForgotten(kit, user)
    // This also waits until no process accepts the ended logins any more.
    const { isShared } = await renew(req, res, { withFactor })
    if (isShared) return
    // A known browser keeps its nonce: otherwise each change would give it a fresh budget of wrong codes.
    const device = devices.read(deviceOf(req))
    const known = device && isKnownTo(device, account) ? { ...device, epoch } : null
    cookies.setDevice(res, devices.write(user, epoch, known), devices.life)
  }

  /** Locks in the same order as the use of a link: of two at the same time one waits for the other and finds it done. */
  function store(req: Incoming, account: Account, sessionId: string, hash: string): Promise<number> {
    const user = account.id
    return db.transaction(async (trx) => {
      await endLinks(trx, user)
      const isStill = await rehash(trx, user, account.isNew ? null : account.passwordHash, hash)
      if (!isStill) throw wrongPassword(FIELD)
      await endLogins(trx, user, clock.now(), sessionId)
      await audit(trx, kit, req, 'password_changed', user)
      await authMail(kit)?.put(trx, { kind: 'password_changed', user, req })
      return forgetDevices(trx, user)
    })
  }
}
