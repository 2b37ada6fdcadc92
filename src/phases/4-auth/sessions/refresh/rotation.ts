import type { Knex } from 'knex'
import type { UserId } from '../../../../core/context.js'
import type { Kit } from '../../../../core/kit.js'
import type { Incoming } from '../../../../express/handler.js'
import { MAY_LOG_IN } from '../../accounts/users-table.js'
import { audit } from '../../audit.js'
import { authMail } from '../../auth-mail.js'
import { putOnce } from '../../links/ask-for-mail.js'
import { moment, sleepUntil, untilForgotten } from '../kept-logins.js'
import type { CurrentLogin } from '../logins.js'
import { endIfUnused } from '../look-up.js'
import { arrivalOf } from './arrival.js'
import type { RefreshClaims, RefreshTokens } from './refresh-token.js'

/** The owner of a login is notified at most once in that time. ms */
const TOLD_REST = 3_600_000

/**
 * Without a grace the answer to a rotation waits, so that calls sent together with it arrive before it leaves: over a new
 * connection one needs two round trips more than over an open one. ms
 */
const ANSWER_WAITS = 250

/** A call counts from its head for as long as its body may take: a head kept open must not count as an early call. ms */
const SLOWEST_BODY = 2_000

/** When the present token was made, which is when the answers that hold it may leave. */
interface Leaving {
  rotated_at: Date
  /** how long that is from now; below 0: they may leave at once. ms */
  leaves_in: number
}

interface Row extends Leaving {
  user_id: UserId
  refresh_id: string
  ends_at: Date
  on_shared_computer: boolean
  /** the caller cannot have had the answer with the present token yet, or the grace is not over */
  in_time: boolean | null
}

type Outcome = CurrentLogin | 'over' | 'reused'

const LEAVES_IN = '(extract(epoch from s.rotated_at - clock_timestamp()) * 1000)::float8 as leaves_in'

/** Makes the refresh token of a login the one before. Gives the login as it is then; null where the token is not good. */
export type Rotation = (req: Incoming, token: string) => Promise<CurrentLogin | null>

/**
 * Rotates under the lock of the login's row. `rotated_at` is the moment from which the next token may leave, in the
 * database's time, which all processes share. A call that arrived before it was sent by a client without that token: it gets
 * the same successor, in whichever process. A later call with the old token, past REFRESH_GRACE_SECONDS, shows that the token is
 * in two hands: the login is over and its owner is notified (ASVS 10.4.5; RFC 9700, 4.14.2).
 */
export function rotation(kit: Kit, tokens: RefreshTokens): Rotation {
  const { db, clock, config, settings } = kit
  const answerWaits = settings.REFRESH_GRACE_SECONDS === 0 ? ANSWER_WAITS : 0
  /** Calls of this process with one token are one until their answers leave: a hundred of them take one connection. */
  const going = new Map<string, Promise<Outcome>>()

  return async (req, token) => {
    const arrived = Math.max(arrivalOf(req), moment().steady - SLOWEST_BODY)
    const claims = tokens.verify(token)
    if (!claims) return null
    const known = going.get(token)
    const asked = known ?? outcomeOf(req, claims, arrived)
    if (!known) going.set(token, asked)
    try {
      const outcome = await asked
      if (outcome === 'reused') {
        authMail(kit)?.hurry()
        await untilForgotten(config)
      }
      return typeof outcome === 'string' ? null : outcome
    } finally {
      if (!known) going.delete(token)
    }
  }

  async function outcomeOf(req: Incoming, claims: RefreshClaims, arrived: number): Promise<Outcome> {
    let leaves = 0
    const outcome = await db.transaction((trx) =>
      rotate(trx, req, claims, arrived, ({ leaves_in }) => {
        leaves = moment().steady + leaves_in
      }),
    )
    await sleepUntil(leaves)
    return outcome
  }

  async function rotate(
    trx: Knex.Transaction,
    req: Incoming,
    { sub, sid, rid }: RefreshClaims,
    arrived: number,
    wait: (leaving: Leaving) => void,
  ): Promise<Outcome> {
    const row = await locked(trx, sid, rid, moment().steady - arrived)
    // The token names its user in the one canonical way: "01" or "1 " is nobody.
    if (!row || String(row.user_id) !== sub) return 'over'
    const next = tokens.next(sid, rid)
    const login = { id: sid, user: row.user_id, end: row.ends_at, isShared: row.on_shared_computer }
    if (row.refresh_id === rid) {
      kit.count?.('refreshed', trx)
      const leaving = await writeNext(trx, kit, sid, next, answerWaits)
      wait(leaving)
      return { ...login, rid: next, at: leaving.rotated_at }
    }
    if (row.refresh_id === next && row.in_time) {
      wait(row)
      return { ...login, rid: next, at: row.rotated_at }
    }
    await endReused(trx, req, sid, row.user_id)
    return 'reused'
  }

  /**
   * The row of a login that is good still, locked for this transaction.
   *
   * @param rid of the token shown: where it was the present one when this statement began, the call waited for the rotation
   * @param waited how long the call has been here: it may have waited for its body and a connection too. ms
   */
  async function locked(
    trx: Knex.Transaction,
    sid: string,
    rid: string,
    waited: number,
  ): Promise<Row | undefined> {
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
      .first<Row | undefined>(
        's.user_id',
        's.refresh_id',
        's.rotated_at',
        's.ends_at',
        's.on_shared_computer',
        // The sub-query reads as of the statement's beginning, whatever was committed while it waited for the lock.
        trx.raw(
          `(s.rotated_at > statement_timestamp() - ? * interval '1 ms'
            or s.rotated_at > clock_timestamp() - ? * interval '1 s'
            or ? = (select b.refresh_id from usertwo.user_sessions b where b.id = ?)) as in_time`,
          [waited, settings.REFRESH_GRACE_SECONDS, rid, sid],
        ),
        trx.raw(LEAVES_IN),
      )
  }

  async function endReused(trx: Knex.Transaction, req: Incoming, sid: string, user: UserId): Promise<void> {
    await trx('usertwo.user_sessions').where({ id: sid }).update({ revoked_at: clock.now() })
    await audit(trx, kit, req, 'refresh_reused', user)
    const mail = authMail(kit)
    if (mail) await putOnce(trx, kit, mail, { kind: 'refresh_reused', user, rest: TOLD_REST })
  }
}

/**
 * Writes the id of the next token, and from when on it may be answered.
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
