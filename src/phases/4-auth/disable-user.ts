import type { Knex } from 'knex'
import type { UserId } from '../../core/context.js'

/**
 * Lets a user in no more, or again. Disabled: every login of theirs has ended at once, in every process, and a
 * password or job of theirs is refused; their rows stay, and stay theirs.
 */
export async function setActive(db: Knex, user: UserId, active: boolean): Promise<void> {
  await db.transaction(async (trx) => {
    await trx('usertwo.credentials')
      .insert({ user_id: user, is_active: active })
      .onConflict('user_id')
      .merge({ is_active: active, updated_at: trx.fn.now() })
    // Enabled again they log in again: what was open before may be in other hands by now.
    if (!active)
      await trx('usertwo.user_sessions')
        .where({ user_id: user })
        .whereNull('revoked_at')
        .update({ revoked_at: trx.fn.now() })
    await trx('usertwo.audit').insert({ event: active ? 'user_enabled' : 'user_disabled', user_id: user })
  })
}
