import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import { forgetDevices } from '../accounts/credentials.js'
import type { DoneBy } from '../audit.js'
import { removeFactor } from './remove-factor.js'

/**
 * Removes the second factor of a user who lost the phone and the recovery codes.
 * @returns false when there was none
 */
export async function resetFactor(trx: Knex.Transaction, user: UserId, by: DoneBy = {}): Promise<boolean> {
  if (!(await removeFactor(trx, user))) return false
  // A login that has passed the password and waits for a code ends as well.
  await forgetDevices(trx, user)
  const details = { by: by.actor_id === undefined ? 'operator' : 'administrator' }
  await trx('usertwo.audit').insert({ event: 'factor_removed', user_id: user, details, ...by })
  return true
}
