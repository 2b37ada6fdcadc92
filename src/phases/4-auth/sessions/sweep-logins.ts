import type { Knex } from 'knex'

/** How many rows are taken away at most, of each kind. */
const SWEPT = 1_000
const KEEP_MS = 24 * 3_600_000

/**
 * A token past its time is refused anyway: its row has done its work, well past any difference of clocks. Each logout takes
 * some of them with it, the oldest first: more than are made, and never so many that somebody waits for it.
 *
 * @returns how many went
 */
export async function sweepLogins(db: Knex, now: Date): Promise<number> {
  const past = new Date(now.getTime() - KEEP_MS)
  const oldest = (table: string, key: string): Promise<number> =>
    db(table)
      .whereIn(key, db(table).where('expires_at', '<', past).orderBy('expires_at').limit(SWEPT).select(key))
      .delete()
  return (await oldest('usertwo.revoked_tokens', 'jti')) + (await oldest('usertwo.user_sessions', 'id'))
}
