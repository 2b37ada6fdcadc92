import type { Knex } from 'knex'

/** The most rows of each kind that are deleted at once. */
const SWEPT = 1_000
const KEEP_MS = 24 * 3_600_000

/**
 * Deletes expired logins and tokens, a day after their end to allow for differences between clocks. Expired
 * tokens are refused anyway. Each logout deletes some, the oldest first: more than are made, but never so
 * many that a request is delayed.
 *
 * @returns how many were deleted
 */
export async function sweepLogins(db: Knex, now: Date): Promise<number> {
  const past = new Date(now.getTime() - KEEP_MS)
  const oldest = (table: string, key: string): Promise<number> =>
    db(table)
      .whereIn(key, db(table).where('expires_at', '<', past).orderBy('expires_at').limit(SWEPT).select(key))
      .delete()
  return (await oldest('usertwo.revoked_tokens', 'jti')) + (await oldest('usertwo.user_sessions', 'id'))
}
