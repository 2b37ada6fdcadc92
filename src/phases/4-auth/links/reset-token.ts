import type { Knex } from 'knex'
import { type Clock, systemClock } from '../../../core/clock.js'
import type { UserId } from '../../../core/context.js'
import type { DoneBy } from '../audit.js'
import { digestOf, newToken } from './one-time-token.js'

const LIFE_MS = 3_600_000

/**
 * Makes the token of a link that the operator or an administrator hands on. It works once, for an hour, and
 * earlier links of that user stop working. Only its hash is stored, so it can be shown only now.
 *
 * @param by the administrator who requested it, for the audit
 */
export async function issueReset(
  db: Knex,
  user: UserId,
  clock: Clock = systemClock,
  by: DoneBy = {},
): Promise<string> {
  return db.transaction(async (trx) => {
    await trx('usertwo.password_resets').where({ user_id: user }).delete()
    return insertReset(trx, user, clock, LIFE_MS, by)
  })
}

/**
 * Makes the token of a link that is mailed. Earlier links stay valid: anyone may ask for a mail to an
 * address, and must not end a link by that.
 *
 * @param life ms
 */
export async function issueMailedReset(db: Knex, user: UserId, clock: Clock, life: number): Promise<string> {
  return db.transaction(async (trx) => {
    const over = trx('usertwo.password_resets').where({ user_id: user })
    await over.where('expires_at', '<', clock.now()).delete()
    return insertReset(trx, user, clock, life)
  })
}

async function insertReset(
  trx: Knex.Transaction,
  user: UserId,
  clock: Clock,
  life: number,
  by: object = {},
): Promise<string> {
  const made = newToken()
  const now = clock.now()
  await trx('usertwo.password_resets').insert({
    token_hash: digestOf(made),
    user_id: user,
    created_at: now,
    expires_at: new Date(now.getTime() + life),
  })
  await trx('usertwo.audit').insert({ at: now, event: 'reset_link_made', user_id: user, ...by })
  return made
}
