import { createHash, randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import { z } from 'zod'
import { type Clock, systemClock } from '../../core/clock.js'
import type { UserId } from '../../core/context.js'
import type { Kit } from '../../core/kit.js'
import { Problem } from '../../core/problem.js'
import type { Incoming } from '../../express/handler.js'
import { setPassword } from './accounts.js'
import { audit } from './audit.js'
import { becomeOwner } from './owner-login.js'
import { authParts } from './parts.js'
import { newPassword } from './password-policy.js'

const LIFE_MS = 3_600_000
const OVER = 'This link is too old, or was used already. Ask for a new one.'

const token = z.string('Give the token of the link.').min(1, 'Give the token of the link.').max(200, OVER)

export const resetBody = z.object({ token, password: newPassword })

export interface PasswordReset {
  /** Whether a link may still be used. @throws Problem `invalid_request`, the same for every cause */
  assertUsable(token: string): Promise<void>
  /** Uses a link up: the password is changed, and every login there was has ended. @throws Problem the same */
  use(req: Incoming, given: z.output<typeof resetBody>): Promise<void>
}

/**
 * Makes a one-time token with which somebody sets a new password; it works for an hour. Earlier ones of theirs stop
 * working. Only its hash is kept, so it can be shown this once.
 */
export async function issueReset(db: Knex, user: UserId, clock: Clock = systemClock): Promise<string> {
  const made = randomBytes(32).toString('base64url')
  const now = clock.now()
  await db.transaction(async (trx) => {
    await trx('usertwo.password_resets').where({ user_id: user }).delete()
    await trx('usertwo.password_resets').insert({
      token_hash: digest(made),
      user_id: user,
      created_at: now,
      expires_at: new Date(now.getTime() + LIFE_MS),
    })
    await trx('usertwo.audit').insert({ at: now, event: 'reset_link_made', user_id: user })
  })
  return made
}

/** What the one-time links of {@link issueReset} do. */
export function passwordReset(kit: Kit): PasswordReset {
  const { db, clock } = kit
  const { passwords } = authParts(kit)
  const usable = (on: Knex, given: string) =>
    on('usertwo.password_resets')
      .where({ token_hash: digest(given) })
      .whereNull('used_at')
      .where('expires_at', '>', clock.now())

  return {
    async assertUsable(given) {
      if (!(await usable(db, given).first('user_id'))) throw over()
    },

    async use(req, { token, password }) {
      await this.assertUsable(token)
      const hash = await passwords.hash(password)
      await db.transaction(async (trx) => {
        const used: { user_id: UserId }[] = await usable(trx, token)
          .update({ used_at: clock.now() })
          .returning('user_id')
        if (!used[0]) throw over()
        const user = used[0].user_id
        await becomeOwner(trx, kit, req, user)
        await setPassword(trx, user, hash)
        await trx('usertwo.user_sessions')
          .where({ user_id: user })
          .whereNull('revoked_at')
          .update({ revoked_at: clock.now() })
        await audit(trx, kit, req, 'password_reset', user)
      })
    },
  }
}

const digest = (given: string) => createHash('sha256').update(given).digest('hex')
const over = () => new Problem('invalid_request', OVER, { errors: [{ field: 'token', message: OVER }] })
