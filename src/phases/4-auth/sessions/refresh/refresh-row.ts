import type { Knex } from 'knex'
import type { UserId } from '../../../../core/context.js'
import type { Kit } from '../../../../core/kit.js'
import { MAY_LOG_IN } from '../../accounts/users-table.js'
import { endIfUnused } from '../look-up.js'

/** When the current token was made, which is when answers with it may leave. */
export interface Leaving {
  rotated_at: Date
  /** how long that is from now; below 0: they may leave at once. ms */
  leaves_in: number
}

interface LoginRowLocked extends Leaving {
  user_id: UserId
  refresh_id: string
  ends_at: Date
  on_shared_computer: boolean
  /** the caller cannot have received the current token yet, or the grace has not ended */
  in_time: boolean | null
}

const LEAVES_IN = '(extract(epoch from s.rotated_at - clock_timestamp()) * 1000)::float8 as leaves_in'

/**
 * Reads the row of a valid login, locked for this transaction.
 *
 * @param rid of the token that was sent: if it was current when this statement began, the call waited for the rotation
 * @param waited how long ago the call arrived: it may have waited for its body and a connection too. ms
 */
export async function lockedRow(
  trx: Knex.Transaction,
  { config, clock, settings }: Kit,
  sid: string,
  rid: string,
  waited: number,
): Promise<LoginRowLocked | undefined> {
  const { table, id: key } = config.users
  return trx({ s: 'usertwo.user_sessions' })
    .join({ u: table }, `u.${key}`, 's.user_id')
    .leftJoin({ c: 'usertwo.credentials' }, 'c.user_id', 's.user_id')
    .where('s.id', sid)
    .whereNull('s.revoked_at')
    .whereNotNull('s.ends_at')
    .where('s.expires_at', '>', clock.now())
    .whereRaw(MAY_LOG_IN)
    .forUpdate('s')
    .first<LoginRowLocked | undefined>(
      's.user_id',
      's.refresh_id',
      's.rotated_at',
      's.ends_at',
      's.on_shared_computer',
      // The sub-query reads the state at the statement's beginning, whatever was committed while it waited for the lock.
      trx.raw(
        `(s.rotated_at > statement_timestamp() - ? * interval '1 ms'
          or s.rotated_at > clock_timestamp() - ? * interval '1 s'
          or ? = (select b.refresh_id from usertwo.user_sessions b where b.id = ?)) as in_time`,
        [waited, settings.REFRESH_GRACE_SECONDS, rid, sid],
      ),
      trx.raw(LEAVES_IN),
    )
}

/**
 * Writes the id of the next token, and the time from which it may be sent.
 *
 * @param answerWaits how long from now that is. ms
 */
export async function writeNext(
  trx: Knex.Transaction,
  { clock, settings }: Kit,
  sid: string,
  next: string,
  answerWaits = 0,
): Promise<Leaving> {
  const now = clock.now()
  const [leaving]: Leaving[] = await trx({ s: 'usertwo.user_sessions' })
    .where({ id: sid })
    .update({
      refresh_id: next,
      rotated_at: trx.raw(`clock_timestamp() + ? * interval '1 ms'`, [answerWaits]),
      last_used_at: now,
      expires_at: endIfUnused(trx, settings, now),
    })
    .returning(['s.rotated_at', trx.raw(LEAVES_IN)])
  return leaving!
}
