import type { Knex } from 'knex'
import { type Config, ownedIn } from '../../../config/config.js'
import type { UserId } from '../../../core/context.js'
import { namesOf } from '../accounts/accounts.js'
import { nameDigest } from '../accounts/name-digest.js'

const REFERENCED = '23503'

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
  if (String(user) === String(config.owner.id))
    throw new Error('The owner cannot be removed: old code, and every phase below 6, works over their rows.')
  const called = (await namesOf(trx, config, user)).flatMap((name) =>
    name === null ? [] : [nameDigest(name)],
  )
  const removed = await rowsOfUser(trx, config, user)
  await removeRows(trx, config, user)
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

/** Removes children before parents: a table with rows that are still referenced waits for the next round. */
async function removeRows(trx: Knex.Transaction, config: Config, user: UserId): Promise<void> {
  let waiting = ownedIn(config)
  while (waiting.length > 0) {
    const before = waiting.length
    const again: typeof waiting = []
    let why: unknown
    for (const one of waiting) {
      const [table, { owner }] = one
      try {
        await trx.transaction(async (inner) => {
          await asUserOnly(inner, user)
          await inner(table).where(owner, user).delete()
          // A key that is checked at commit would let another user's row dangle until then.
          await inner.raw('set constraints all immediate; set constraints all deferred')
        })
      } catch (error) {
        if ((error as { code?: string }).code !== REFERENCED) throw error
        why = error
        again.push(one)
      }
    }
    if (again.length === before)
      throw new Error(
        `Rows of user ${user} in ${again.map(([table]) => table).join(', ')} are still pointed to. Remove what points to them first.`,
        { cause: why },
      )
    waiting = again
  }
}

const asUserOnly = (trx: Knex.Transaction, user: UserId) => bind(trx, String(user))
const asSystem = (trx: Knex.Transaction) => bind(trx, 'system')
const bind = (trx: Knex.Transaction, who: string) =>
  trx.raw(`select set_config('usertwo.user_id', ?, true)`, [who])
