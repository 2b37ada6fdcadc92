import type { Knex } from 'knex'
import { canonicalId } from '../../../config/canonical-id.js'
import { type Config, ownedIn } from '../../../config/config.js'
import type { UserId } from '../../../core/context.js'
import { literal } from '../../../database/quoted.js'
import { sqlState } from '../../../database/sql-state.js'
import { namesOf } from '../accounts/accounts.js'
import { nameDigest } from '../accounts/name-digest.js'
import { readOtherRows, rowsAlong } from './other-rows.js'
import { removeRowsOfUser } from './remove-rows.js'

/** Another transaction came first: it is worth another attempt, which sees what that one did. */
const RACED = new Set(['40001', '40P01'])
const ATTEMPTS = 5

/** Runs a removal on one snapshot, so that what other users write meanwhile is not taken for its effect. */
export async function removalTransaction<T>(
  db: Knex,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await db.transaction(work, { isolationLevel: 'repeatable read' })
    } catch (error) {
      if (attempt === ATTEMPTS || !RACED.has(sqlState(error) ?? '')) throw error
    }
}

/**
 * Removes a user and all of their rows, and no other user's, in one transaction: row-level security is bound to them while
 * it runs. Their entries in `usertwo.audit` stay, so that their id is never reused.
 *
 * @param db the toolkit's own pool, as the system
 * @returns how many rows of each table were removed: of every owned one, and of others that went by a cascade
 * @throws Error for the owner, on whose rows old code works; when another table still references one of the user's rows
 * @throws OthersWouldChange when rows of other users, or shared ones, would go or change
 */
export const removeUser = (db: Knex, config: Config, user: UserId): Promise<Record<string, number>> =>
  removalTransaction(db, (trx) => removeUserIn(trx, config, user))

/** Returns what `removeUser` would remove, and throws what it would: it is tried and rolled back. */
export async function triedRemoval(db: Knex, config: Config, user: UserId): Promise<Record<string, number>> {
  let removed: Record<string, number> = {}
  const undone = new Error('rolled back')
  try {
    await removalTransaction(db, async (trx) => {
      removed = await removeUserIn(trx, config, user)
      await trx.raw('set constraints all immediate')
      throw undone
    })
  } catch (error) {
    if (error !== undone) throw error
  }
  return removed
}

/** The same within a transaction of `removalTransaction`, which must be rolled back if this throws. */
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
  // knex reads a question mark as a bound value.
  const run = (sql: string) => trx.raw(sql.replaceAll('?', '\\?'))
  const others = () =>
    readOtherRows(
      async (sql) => (await run(sql)).rows,
      config,
      'change',
      (column) => `${column}::text = ${literal(user)}`,
    )
  const before = await others()
  const removed = await rowsOfUser(trx, config, user)
  const tables = ownedIn(config).map(([name, { owner }]) => ({ name, owner }))
  await removeRowsOfUser(run, tables, user)
  await asUserOnly(trx, user)
  const gone = await trx(users).where(id, user).delete()
  await asSystem(trx)
  if (gone !== 1) throw new Error(`User ${user} does not exist.`)
  for (const { table, rows } of rowsAlong(before, await others())) removed[table] = rows
  await trx('usertwo.audit').insert({ event: 'user_removed', user_id: user, details: { called } })
  return removed
}

/** Returns how many rows a user has in each owned table. */
async function rowsOfUser(db: Knex, config: Config, user: UserId): Promise<Record<string, number>> {
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
