import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import type { Outbox } from '../../../mail/outbox.js'
import { audit, type DoneBy } from '../audit.js'
import { authMail } from './auth-mail.js'
import { isUsable, useLink } from './links.js'
import { linkIsOver } from './one-time-token.js'

/** The outbox for the mail that asks a new account to confirm its address; null: confirmation is off. */
export function verificationMail(kit: Kit): Outbox | null {
  return kit.settings.AUTH_REQUIRE_EMAIL_VERIFY ? authMail(kit) : null
}

export interface EmailVerification {
  /** Whether a link may still be used; it stays valid. @throws Problem `invalid_request`, the same for every cause */
  assertUsable(token: string): Promise<void>
  /** Uses up a link: the address it was mailed to is confirmed, if it still is the user's. @throws Problem the same */
  use(req: Incoming, token: string): Promise<void>
}

/** Handles the links that are mailed to new accounts. */
export function emailVerification(kit: Kit): EmailVerification {
  const { db, clock, config } = kit
  const { table, id } = config.users
  return {
    async assertUsable(token) {
      if (!(await isUsable(db, clock, { kind: 'verify', token }))) throw linkIsOver()
    },
    async use(req, token) {
      await db.transaction(async (trx) => {
        const link = await useLink(trx, clock, { kind: 'verify', token })
        if (!link?.user_id) throw linkIsOver()
        const { user_id, email } = link
        const isTheirs = trx(table).where(id, user_id).whereRaw('lower(email) = lower(?)', [email])
        if (!(await isTheirs.first(id))) throw linkIsOver()
        await setVerified(trx, user_id)
        await trx('usertwo.links').where({ kind: 'verify', user_id }).whereNull('used_at').delete()
        await audit(trx, kit, req, 'email_verified', user_id)
      })
    },
  }
}

/** Marks a user's address as confirmed, by a mailed link or by the operator. */
export async function setVerified(db: Knex, user: UserId): Promise<void> {
  await db('usertwo.credentials')
    .insert({ user_id: user, is_verified: true })
    .onConflict('user_id')
    .merge({ is_verified: true, updated_at: db.fn.now() })
}

/** Takes an address as confirmed on the word of the operator or of an administrator, and records that. */
export const verifyByHand = (db: Knex, user: UserId, by: DoneBy = {}): Promise<void> =>
  db.transaction(async (trx) => {
    await setVerified(trx, user)
    await trx('usertwo.audit').insert({ event: 'email_verified', user_id: user, ...by })
  })
