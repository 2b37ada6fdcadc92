import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { audit } from '../audit.js'
import { authMail } from '../auth-mail.js'
import { putOnce } from '../links/ask-for-mail.js'
import { moment, untilForgotten } from '../logins/kept-logins.js'
import type { CurrentLogin } from '../logins/logins.js'
import { endIfUnused } from '../logins/look-up.js'
import { MAY_LOG_IN } from '../people/users-table.js'
import type { RefreshClaims, RefreshTokens } from './refresh-token.js'

/** Who is told, is told once in that time. ms */
const TOLD_REST = 3_600_000

interface Row {
  user_id: UserId
  refresh_id: string
  rotated_at: Date | null
  ends_at: Date
  on_shared_computer: boolean
  /** the token before the present one may still be shown */
  in_time: boolean | null
}

type Outcome = CurrentLogin | 'over' | 'reused'

/** Makes the refresh token of a login the one before. Gives the login as it is then; null where the token is not good. */
export type Rotation = (req: Incoming, token: string) => Promise<CurrentLogin | null>

/**
 * Rotates under the lock of the login's row: of any number of calls with one token one rotates, and whoever waited for it
 * meanwhile, or comes within REFRESH_GRACE_SECONDS, gets the same successor again. A token that is older than that is in two
 * hands: the login is over, and whose it is is told (ASVS 10.4.5; RFC 9700, 4.14.2).
 */
export function rotation(kit: Kit, tokens: RefreshTokens): Rotation {
  const { db, clock, config, settings } = kit
  /** Calls of this process with one token are one: a hundred of them take one connection. */
  const going = new Map<string, Promise<Outcome>>()

  return async (req, token) => {
    const arrived = moment().steady
    const claims = tokens.verify(token)
    if (!claims) return null
    const known = going.get(token)
    const asked = known ?? db.transaction((trx) => rotate(trx, req, claims, arrived))
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

  async function rotate(
    trx: Knex.Transaction,
    req: Incoming,
    { sub, sid, rid }: RefreshClaims,
    arrived: number,
  ): Promise<Outcome> {
    const row = await locked(trx, sid, moment().steady - arrived)
    // The token names its user in the one canonical way: "01" or "1 " is nobody.
    if (!row || String(row.user_id) !== sub) return 'over'
    const next = tokens.next(sid, rid)
    const login = { id: sid, user: row.user_id, end: row.ends_at, isShared: row.on_shared_computer }
    if (row.refresh_id === rid) {
      kit.count?.('refreshed', trx)
      return { ...login, rid: next, at: await writeNext(trx, kit, sid, next) }
    }
    if (row.refresh_id === next && row.in_time) return { ...login, rid: next, at: row.rotated_at! }
    await endReused(trx, req, sid, row.user_id)
    return 'reused'
  }

  /**
   * The row of a login that is good still, for this transaction alone. Times are the database's, which all processes share.
   *
   * @param waited how long the call has been here: it may have waited for a connection before it can wait for the row. ms
   */
  async function locked(trx: Knex.Transaction, sid: string, waited: number): Promise<Row | undefined> {
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
        trx.raw(
          `s.rotated_at > statement_timestamp() - ? * interval '1 ms'
            or s.rotated_at > clock_timestamp() - ? * interval '1 s' as in_time`,
          [waited, settings.REFRESH_GRACE_SECONDS],
        ),
      )
  }

  async function endReused(trx: Knex.Transaction, req: Incoming, sid: string, user: UserId): Promise<void> {
    await trx('usertwo.user_sessions').where({ id: sid }).update({ revoked_at: clock.now() })
    await audit(trx, kit, req, 'refresh_reused', user)
    const mail = authMail(kit)
    if (mail) await putOnce(trx, kit, mail, { kind: 'refresh_reused', user, rest: TOLD_REST })
  }
}

/** Writes the id of the next token, and since when it is that. */
export async function writeNext(
  trx: Knex.Transaction,
  { clock, settings }: Kit,
  sid: string,
  next: string,
): Promise<Date> {
  const now = clock.now()
  const [at]: { rotated_at: Date }[] = await trx('usertwo.user_sessions')
    .where({ id: sid })
    .update({
      refresh_id: next,
      rotated_at: trx.raw('clock_timestamp()'),
      last_used_at: now,
      expires_at: endIfUnused(trx, settings, now),
    })
    .returning('rotated_at')
  return at!.rotated_at
}
