import type { Knex } from 'knex'
import { z } from 'zod'
import { type Clock, systemClock } from '../../../core/clock.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { audit } from '../audit.js'
import { authMail } from '../auth-mail.js'
import { endLinks } from '../links/end-links.js'
import { digestOf, linkIsOver, newToken, tokenField } from '../links/one-time-token.js'
import { endLogins } from '../logins/end-sessions.js'
import { untilForgotten } from '../logins/kept-logins.js'
import { loginParts, wordsOf } from '../logins/login-parts.js'
import { becomeOwner } from '../logins/owner-login.js'
import { namesOf } from '../people/accounts.js'
import { forgetDevices, setPassword } from '../people/credentials.js'
import { assertUnbreached } from './breached.js'
import { assertHardToGuess, newPassword } from './password-policy.js'

const LIFE_MS = 3_600_000

export const resetBody = z.object({ token: tokenField, password: newPassword })

export interface PasswordReset {
  /** Whether a link may still be used. @throws Problem `invalid_request`, the same for every cause */
  assertUsable(token: string): Promise<void>
  /**
   * Uses a link up: the password is changed, every login there was has ended, and no device is known but the one that holds
   * what this gives. @throws Problem the same
   */
  use(req: Incoming, given: z.output<typeof resetBody>): Promise<{ device: string }>
}

/**
 * Makes a one-time token with which somebody sets a new password; it works for an hour. Earlier ones of theirs stop
 * working. Only its hash is kept, so it can be shown this once.
 *
 * @param by the administrator who had it made, for the audit
 */
export async function issueReset(
  db: Knex,
  user: UserId,
  clock: Clock = systemClock,
  by: { actor_id?: UserId; ip_address?: string } = {},
): Promise<string> {
  const made = newToken()
  const now = clock.now()
  await db.transaction(async (trx) => {
    await trx('usertwo.password_resets').where({ user_id: user }).delete()
    await trx('usertwo.password_resets').insert({
      token_hash: digestOf(made),
      user_id: user,
      created_at: now,
      expires_at: new Date(now.getTime() + LIFE_MS),
    })
    await trx('usertwo.audit').insert({ at: now, event: 'reset_link_made', user_id: user, ...by })
  })
  return made
}

/** What the one-time links of {@link issueReset} do. */
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
      assertHardToGuess(password, [...appWords, ...(await namesOf(db, kit.config, user))])
      await assertUnbreached(kit, req, password)
      // Who holds a link is let in before strangers.
      const hash = await queue({ known: true, network: 'reset' }, () => passwords.hashNew(password))
      const device = await db.transaction(async (trx) => {
        const used: { user_id: UserId }[] = await usable(trx, token)
          .update({ used_at: clock.now() })
          .returning('user_id')
        if (!used[0]) throw linkIsOver()
        const user = used[0].user_id
        await becomeOwner(trx, kit, req, user)
        await setPassword(trx, user, hash)
        // The link was mailed to their address, or came from the operator, who knows them.
        await trx('usertwo.credentials').where({ user_id: user }).update({ must_verify: false })
        await endLogins(trx, user, clock.now())
        await endLinks(trx, user)
        await audit(trx, kit, req, 'password_reset', user)
        await authMail(kit)?.put(trx, 'password_changed', user)
        return devices.write(user, await forgetDevices(trx, user), null)
      })
      authMail(kit)?.hurry()
      await untilForgotten(kit.config)
      return { device }
    },
  }
}
