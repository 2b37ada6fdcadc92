import type { Knex } from 'knex'
import { z } from 'zod'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { namesOf } from '../accounts/accounts.js'
import { forgetDevices, setPassword } from '../accounts/credentials.js'
import { isByName } from '../accounts/names.js'
import { becomeOwner } from '../accounts/owner-login.js'
import { loginParts, wordsOf } from '../attempts/login-parts.js'
import { audit } from '../audit.js'
import { provedByReset } from '../factors/first-proof.js'
import { authMail } from '../links/auth-mail.js'
import { endLinks } from '../links/end-links.js'
import { digestOf, linkIsOver, tokenField } from '../links/one-time-token.js'
import { assertUnbreached } from '../passwords/breached.js'
import { assertHardToGuess, newPassword } from '../passwords/password-policy.js'
import { endLogins } from '../sessions/end-sessions.js'
import { untilForgotten } from '../sessions/until-forgotten.js'

export const resetBody = z.object({ token: tokenField, password: newPassword })

export interface PasswordReset {
  /** Whether a link may still be used. @throws Problem `invalid_request`, the same for every cause */
  assertUsable(token: string): Promise<void>
  /**
   * Uses up a link: changes the password, ends every existing login and makes every device unknown except the
   * one with the returned cookie. `login` is what the user logs in with. @throws Problem the same
   */
  use(
    req: Incoming,
    given: z.output<typeof resetBody>,
  ): Promise<{ device: string; login: string | undefined }>
}

/** Handles the one-time links that set a password. */
export function passwordReset(kit: Kit): PasswordReset {
  const { db, clock } = kit
  const { passwords, queue, devices } = loginParts(kit)
  const appWords = wordsOf(kit)
  const usable = (on: Knex, given: string) =>
    on('usertwo.password_resets')
      .where({ token_hash: digestOf(given) })
      .whereNull('used_at')
      .where('expires_at', '>', clock.now())

  return {
    async assertUsable(given) {
      if (!(await usable(db, given).first('user_id'))) throw linkIsOver()
    },

    async use(req, { token, password }) {
      const [user] = await usable(db, token).pluck('user_id')
      if (user === undefined) throw linkIsOver()
      const names = await namesOf(db, kit.config, user)
      assertHardToGuess(password, [...appWords, ...names])
      await assertUnbreached(kit, req, password)
      // The holder of a valid link waits among known devices.
      const hash = await queue({ known: true, network: `user ${user}` }, () => passwords.hashNew(password))
      const device = await db.transaction(async (trx) => {
        const used: { user_id: UserId }[] = await usable(trx, token)
          .update({ used_at: clock.now() })
          .returning('user_id')
        if (!used[0]) throw linkIsOver()
        const user = used[0].user_id
        await becomeOwner(trx, kit, req, user)
        await setPassword(trx, user, hash)
        // The link was mailed to the user's address, or handed over by the operator, who knows them. Without mail none proves it.
        if (authMail(kit)) await provedByReset(trx, kit, req, user)
        await trx('usertwo.credentials').where({ user_id: user }).update({ must_verify: false })
        await endLogins(trx, user, clock.now())
        await endLinks(trx, user)
        await audit(trx, kit, req, 'password_reset', user)
        await authMail(kit)?.put(trx, { kind: 'password_changed', user, req })
        return devices.write(user, await forgetDevices(trx, user), null)
      })
      authMail(kit)?.hurry()
      await untilForgotten(kit, user)
      const [email, username] = names
      return { device, login: (isByName(kit.config) ? username : (email ?? username)) ?? undefined }
    },
  }
}
