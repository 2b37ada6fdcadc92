import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'

/** Whatever was mailed to somebody before their address or password changed is good for nothing any more. */
export async function endLinks(trx: Knex.Transaction, user: UserId): Promise<void> {
  await endResets(trx, user)
  await trx('usertwo.links').where({ user_id: user }).whereNull('used_at').delete()
}

/** Whoever ends them with other links does so first, as a reset uses its own up first: of two at once one waits. */
export async function endResets(trx: Knex.Transaction, user: UserId): Promise<void> {
  await trx('usertwo.password_resets').where({ user_id: user }).whereNull('used_at').delete()
}
