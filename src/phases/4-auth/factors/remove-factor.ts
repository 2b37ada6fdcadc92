import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { forgetDevices } from '../accounts/credentials.js'
import type { DoneBy } from '../audit.js'
import { removeTotpRows } from './totp-rows.js'

/** What a user does not have any more. */
export interface RemovedFactors {
  /** there was a second factor */
  totp: boolean
  /** how many there were */
  passkeys: number
}

/** Whether the database has a table that only a feature needs. */
export async function hasFeatureTable(db: Knex, table: 'totp' | 'passkeys' | 'identities'): Promise<boolean> {
  const { rows } = await db.raw<{ rows: { there: boolean }[] }>(
    'select to_regclass(?) is not null as there',
    [`usertwo.${table}`],
  )
  return rows[0]!.there
}

/** Removes the second factor and the passkeys of a user, as far as the database has places for them. */
export async function removeFactors(trx: Knex.Transaction, user: UserId): Promise<RemovedFactors> {
  return {
    totp: (await hasFeatureTable(trx, 'totp')) && (await removeTotpRows(trx, user)),
    passkeys: await removePasskeys(trx, user),
  }
}

/** Removes the passkeys of a user, where the database has a place for them. @returns how many there were */
export async function removePasskeys(trx: Knex.Transaction, user: UserId): Promise<number> {
  if (!(await hasFeatureTable(trx, 'passkeys'))) return 0
  return trx('usertwo.passkeys').where({ user_id: user }).delete()
}

/** Unlinks every account at a provider, where the database has a place for them. */
export async function removeIdentities(trx: Knex.Transaction, user: UserId): Promise<void> {
  if (await hasFeatureTable(trx, 'identities'))
    await trx('usertwo.identities').where({ user_id: user }).delete()
}

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

/** Logs how many users have a second factor that no login asks for, because AUTH_ENABLE_TOTP is off. */
export async function warnOfFactors({ db, log }: Kit): Promise<void> {
  if (!(await hasFeatureTable(db, 'totp'))) return
  const found = await db('usertwo.totp').whereNotNull('confirmed_at').count('* as users').first()
  const users = Number(found?.users ?? 0)
  if (users === 0) return
  const who = users === 1 ? '1 user has' : `${users} users have`
  log.warn(
    { variable: 'AUTH_ENABLE_TOTP', users },
    `AUTH_ENABLE_TOTP is off: ${who} a second factor that no login asks for`,
  )
}
