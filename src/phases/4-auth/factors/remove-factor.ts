import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import { removeTotpRows } from './totp-rows.js'

/** Removes the second factor of a user, where the database has a place for one. False: there was none. */
export async function removeFactor(trx: Knex.Transaction, user: UserId): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { there: boolean }[] }>(
    `select to_regclass('usertwo.totp') is not null as there`,
  )
  return rows[0]!.there && (await removeTotpRows(trx, user))
}
