import type { Knex } from 'knex'
import type { Config } from '../../../config/config.js'
import type { UserId } from '../../../core/context.js'
import { forgetDevices } from '../accounts/credentials.js'
import { isLastAdmin, lockAdmins } from '../accounts/last-admin.js'
import type { DoneBy } from '../audit.js'
import { endLinks } from '../links/end-links.js'
import { endLogins } from '../sessions/end-sessions.js'

/**
 * Disables a user, or enables them again. Disabling ends all of their logins at once, in every process, and
 * the links that were mailed, and refuses their password and jobs. Their rows stay theirs.
 */
export async function setActive(db: Knex, user: UserId, active: boolean, by: DoneBy = {}): Promise<void> {
  await db.transaction(async (trx) => {
    await trx('usertwo.credentials')
      .insert({ user_id: user, is_active: active })
      .onConflict('user_id')
      .merge({ is_active: active, updated_at: trx.fn.now() })
    // An enabled user has to log in again: their old logins may be in other hands by now.
    if (!active) {
      await forgetDevices(trx, user)
      await endLogins(trx, user, trx.fn.now())
      await endLinks(trx, user)
    }
    await trx('usertwo.audit').insert({
      event: active ? 'user_enabled' : 'user_disabled',
      user_id: user,
      ...by,
    })
  })
}

/**
 * Disables a user.
 *
 * @param force also the only administrator who can log in
 * @returns false when the user is that administrator and `force` is not set
 */
export function disable(
  db: Knex,
  config: Config,
  user: UserId,
  { force = false, by }: { force?: boolean; by?: DoneBy } = {},
): Promise<boolean> {
  return db.transaction(async (trx) => {
    await lockAdmins(trx, config)
    if (!force && (await isLastAdmin(trx, config, user))) return false
    await setActive(trx, user, false, by)
    return true
  })
}
