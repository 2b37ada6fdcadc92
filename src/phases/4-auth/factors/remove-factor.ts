import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
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
    passkeys: (await hasFeatureTable(trx, 'passkeys'))
      ? await trx('usertwo.passkeys').where({ user_id: user }).delete()
      : 0,
  }
}

/** Unlinks every account at a provider, where the database has a place for them. */
export async function removeIdentities(trx: Knex.Transaction, user: UserId): Promise<void> {
  if (await hasFeatureTable(trx, 'identities'))
    await trx('usertwo.identities').where({ user_id: user }).delete()
}
