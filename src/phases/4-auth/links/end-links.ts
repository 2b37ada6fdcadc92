import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'

/** Ends every link that was mailed to a user before their address or password changed. */
export async function endLinks(trx: Knex.Transaction, user: UserId): Promise<void> {
  await endResets(trx, user)
  await trx('usertwo.links').where({ user_id: user }).whereNull('used_at').delete()
}

/**
 * Deletes open resets. Callers that also end other links call this first, as a reset uses up itself first:
 * concurrent transactions then wait instead of deadlocking.
 */
export async function endResets(trx: Knex.Transaction, user: UserId): Promise<void> {
  await trx('usertwo.password_resets').where({ user_id: user }).whereNull('used_at').delete()
}
