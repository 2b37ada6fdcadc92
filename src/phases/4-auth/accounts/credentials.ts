import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'

export async function setPassword(db: Knex, user: UserId, passwordHash: string): Promise<void> {
  await db('usertwo.credentials')
    .insert({ user_id: user, password_hash: passwordHash })
    .onConflict('user_id')
    .merge({ password_hash: passwordHash, updated_at: db.fn.now() })
}

/** Makes all of a user's devices unknown. Returns the epoch that new device cookies carry. */
export async function forgetDevices(db: Knex, user: UserId): Promise<number> {
  const [raised] = await db('usertwo.credentials')
    .insert({ user_id: user, device_epoch: 1 })
    .onConflict('user_id')
    .merge({ device_epoch: db.raw('credentials.device_epoch + 1') })
    .returning('device_epoch')
  return raised.device_epoch
}

/**
 * Stores a new hash made at a good login, unless the password has changed since `stored` was read.
 *
 * @param stored the hash that usertwo had; null: the app's own hash was used
 */
export async function rehash(
  db: Knex,
  user: UserId,
  stored: string | null,
  passwordHash: string,
): Promise<boolean> {
  const kept = await db('usertwo.credentials')
    .insert({ user_id: user, password_hash: passwordHash })
    .onConflict('user_id')
    .merge({ password_hash: passwordHash, updated_at: db.fn.now() })
    .whereRaw('credentials.password_hash is not distinct from ?', [stored])
    .returning('user_id')
  return kept.length > 0
}
