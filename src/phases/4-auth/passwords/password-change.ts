import type { Response } from 'express'
import { z } from 'zod'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { type Account, namesOf } from '../accounts/accounts.js'
import { forgetDevices, rehash } from '../accounts/credentials.js'
import { audit } from '../audit.js'
import { authMail } from '../auth-mail.js'
import { endLinks } from '../links/end-links.js'
import { authParts } from '../parts.js'
import { endLogins } from '../sessions/end-sessions.js'
import { untilForgotten } from '../sessions/kept-logins.js'
import { loginParts, wordsOf } from '../sessions/login-parts.js'
import { loginOf } from '../sessions/login-state.js'
import { renewal } from '../sessions/renewal.js'
import { signedIn } from '../sessions/signed-in.js'
import { assertUnbreached } from './breached.js'
import { ownPassword, wrongPassword } from './own-password.js'
import { assertHardToGuess, givenPassword, newPassword } from './password-policy.js'

export const changeBody = z.object({ current_password: givenPassword, password: newPassword })

const FIELD = 'current_password'

/**
 * Changes the password of who is logged in and knows the one they have. Every other login of theirs is over, and every
 * one-time link; a login in the cookie goes on under a new token, and a bearer token as it is.
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
    // Before a hash: what would be refused anyway is no attempt at the password.
    assertHardToGuess(given.password, [...appWords, ...(await namesOf(db, config, user))])
    await assertUnbreached(kit, req, given.password)
    const asked = { user, password: given.current_password, field: FIELD }
    const epoch = await ask(req, asked, async (account) =>
      store(req, account, sessionId, await passwords.hashNew(given.password)),
    )
    authMail(kit)?.hurry()
    if (loginOf(req).cookieSession !== sessionId) return untilForgotten(config)
    // It waits as well until no process believes the others any more.
    const { isShared } = await renew(req, res)
    if (!isShared) cookies.setDevice(res, devices.write(user, epoch, null), devices.life)
  }

  /** The same order as where a link is used up: of the two at once one waits for the other, and finds it done. */
  function store(req: Incoming, account: Account, sessionId: string, hash: string): Promise<number> {
    const user = account.id
    return db.transaction(async (trx) => {
      await endLinks(trx, user)
      const isStill = await rehash(trx, user, account.isNew ? null : account.passwordHash, hash)
      if (!isStill) throw wrongPassword(FIELD)
      await endLogins(trx, user, clock.now(), sessionId)
      await audit(trx, kit, req, 'password_changed', user)
      await authMail(kit)?.put(trx, 'password_changed', user)
      return forgetDevices(trx, user)
    })
  }
}
