import type { Knex } from 'knex'
import { canonicalId } from '../../../config/canonical-id.js'
import { type Config, ownedIn } from '../../../config/config.js'
import type { UserId } from '../../../core/context.js'
import { namesOf } from '../accounts/accounts.js'
import { nameDigest } from '../accounts/name-digest.js'
import { removeRowsOfUser } from './remove-rows.js'

/**
 * Removes a user and all of their rows, and no other user's, in one transaction: row-level security is bound to them while
 * it runs. Their entries in `usertwo.audit` stay, so that their id is never reused.
 *
 * @param db the toolkit's own pool, as the system
 * @returns how many rows of each owned table were removed, those by a cascade included
 * @throws Error for the owner, on whose rows old code works; when another table still references one of the user's rows
 */
export const removeUser = (db: Knex, config: Config, user: UserId): Promise<Record<string, number>> =>
  db.transaction((trx) => removeUserIn(trx, config, user))

/** The same within a transaction, which must be rolled back if this throws. */
export async function removeUserIn(
  trx: Knex.Transaction,
  config: Config,
  user: UserId,
): Promise<Record<string, number>> {
  const { table: users, id } = config.users
  if (String(canonicalId(user)) === String(config.owner.id))
    throw new Error('The owner cannot be removed: old code, and every phase below 6, works over their rows.')
  const called = (await namesOf(trx, config, user)).flatMap((name) =>
    name === null ? [] : [nameDigest(name)],
  )
  const removed = await rowsOfUser(trx, config, user)
  const tables = ownedIn(config).map(([name, { owner }]) => ({ name, owner }))
  // knex reads a question mark as a bound value.
  await removeRowsOfUser((sql) => trx.raw(sql.replaceAll('?', '\\?')), tables, user)
  await asUserOnly(trx, user)
  const gone = await trx(users).where(id, user).delete()
  await asSystem(trx)
  if (gone !== 1) throw new Error(`User ${user} does not exist.`)
  await trx('usertwo.audit').insert({ event: 'user_removed', user_id: user, details: { called } })
  return removed
}

/** Returns how many rows a user has in each owned table. */
export async function rowsOfUser(db: Knex, config: Config, user: UserId): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const [table, { owner }] of ownedIn(config)) {
    const row = await db(table).where(owner, user).count({ rows: '*' }).first()
    counts[table] = Number(row!.rows)
  }
  return counts
}

const asUserOnly = (trx: Knex.Transaction, user: UserId) => bind(trx, String(user))
const asSystem = (trx: Knex.Transaction) => bind(trx, 'system')
const bind = (trx: Knex.Transaction, who: string) =>
  trx.raw(`select set_config('usertwo.user_id', ?, true)`, [who])
