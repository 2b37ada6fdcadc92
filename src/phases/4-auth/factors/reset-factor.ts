import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import { forgetDevices } from '../accounts/credentials.js'
import type { DoneBy } from '../audit.js'
import { type RemovedFactors, removeFactors } from './remove-factor.js'

type Removal = 'factor_removed' | 'passkey_removed'

/**
 * Removes the second factor and the passkeys of a user who lost the phone and the recovery codes.
 *
 * @param by the administrator; empty: the operator
 * @param mail puts the notice of what was removed into the outbox
 */
export async function resetFactors(
  trx: Knex.Transaction,
  user: UserId,
  by: DoneBy,
  mail: (kind: Removal) => Promise<unknown>,
): Promise<RemovedFactors> {
  const found = await removeFactors(trx, user)
  const { totp, passkeys } = found
  if (!totp && passkeys === 0) return found
  // A login that has passed the password and waits for a code ends as well.
  await forgetDevices(trx, user)
  const note = async (event: Removal, more: object) => {
    const details = { by: by.actor_id === undefined ? 'operator' : 'administrator', ...more }
    await trx('usertwo.audit').insert({ event, user_id: user, details, ...by })
    await mail(event)
  }
  if (totp) await note('factor_removed', {})
  if (passkeys > 0) await note('passkey_removed', { passkeys })
  return found
}
