import type { Knex } from 'knex'
import type { Kit } from '../../../core/kit.js'
import { MAY_LOG_IN } from '../accounts/users-table.js'

/** A condition for logins (`s`) that have neither been ended nor expired at that moment. */
export const unended = (db: Knex, at: Date): Knex.QueryBuilder =>
  db({ s: 'usertwo.user_sessions' }).whereNull('s.revoked_at').where('s.expires_at', '>', at)

/** Returns which of these logins are still valid, by the rules of look-up.ts; one query for all. */
export async function aliveLogins({ db, config, clock }: Kit, ids: readonly string[]): Promise<Set<string>> {
  const { table, id: key } = config.users
  const found: string[] = await unended(db, clock.now())
    .join({ u: table }, `u.${key}`, 's.user_id')
    .leftJoin({ c: 'usertwo.credentials' }, 'c.user_id', 's.user_id')
    .whereIn('s.id', ids)
    .whereRaw(MAY_LOG_IN)
    .pluck('s.id')
  return new Set(found)
}
