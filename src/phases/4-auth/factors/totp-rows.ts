import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'

/** The factor of a user. */
export interface TotpRow {
  user_id: UserId
  /** encrypted; null until a code has confirmed it */
  secret: string | null
  confirmed_at: Date | null
  /** encrypted; waits for a code */
  pending_secret: string | null
  pending_at: Date | null
}

export function totpOf(db: Knex, user: UserId): Promise<TotpRow | undefined> {
  return db('usertwo.totp')
    .where({ user_id: user })
    .first('user_id', 'secret', 'confirmed_at', 'pending_secret', 'pending_at')
}

/** Whether a login of this user needs a code: derived from what is enrolled, each time. */
export async function hasTotp(db: Knex, user: UserId): Promise<boolean> {
  return (
    (await db('usertwo.totp').where({ user_id: user }).whereNotNull('secret').first('user_id')) !== undefined
  )
}

/**
 * Takes the code of a time step, once: a step counts only if none as late was taken (RFC 6238, 5.2). One statement, so that
 * of many at once, in whichever process, one has it.
 *
 * @param secret the encrypted secret the code was compared with: one that was replaced meanwhile takes none
 */
export async function takeStep(db: Knex, user: UserId, secret: string, step: number): Promise<boolean> {
  const taken = await db('usertwo.totp')
    .where({ user_id: user, secret })
    .where((when) => {
      when.whereNull('last_step').orWhere('last_step', '<', step)
    })
    .update({ last_step: step })
  return taken === 1
}

/** Keeps a new secret beside the present one, which stays as it is. */
export async function putPending(db: Knex, user: UserId, sealed: string, now: Date): Promise<void> {
  await db('usertwo.totp')
    .insert({ user_id: user, pending_secret: sealed, pending_at: now })
    .onConflict('user_id')
    .merge({ pending_secret: sealed, pending_at: now })
}

/** Makes the secret that waits the present one, once. @param step of the code that confirms it, which is used up */
export async function confirmPending(
  trx: Knex.Transaction,
  user: UserId,
  { sealed, step, now }: { sealed: string; step: number; now: Date },
): Promise<boolean> {
  const confirmed = await trx('usertwo.totp').where({ user_id: user, pending_secret: sealed }).update({
    secret: sealed,
    confirmed_at: now,
    last_step: step,
    pending_secret: null,
    pending_at: null,
  })
  return confirmed === 1
}

/** Removes the factor and its recovery codes. False: there was none. */
export async function removeTotpRows(trx: Knex.Transaction, user: UserId): Promise<boolean> {
  await trx('usertwo.recovery_codes').where({ user_id: user }).delete()
  const removed: { secret: string | null }[] = await trx('usertwo.totp')
    .where({ user_id: user })
    .delete()
    .returning('secret')
  return removed.some(({ secret }) => secret !== null)
}
