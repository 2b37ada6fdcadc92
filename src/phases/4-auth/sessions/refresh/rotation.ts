import type { Knex } from 'knex'
import type { UserId } from '../../../../core/context.js'
import type { Kit } from '../../../../core/kit.js'
import type { Incoming } from '../../../../express/handler.js'
import { audit } from '../../audit.js'
import { putOnce } from '../../links/ask-for-mail.js'
import { authMail } from '../../links/auth-mail.js'
import { moment } from '../kept-logins.js'
import type { CurrentLogin } from '../logins.js'
import { sleepUntil, untilForgotten } from '../until-forgotten.js'
import { arrivalOf } from './arrival.js'
import { type Leaving, lockedRow, writeNext } from './refresh-row.js'
import type { RefreshClaims, RefreshTokens } from './refresh-token.js'

/** The owner of a login is notified at most once in this time. ms */
const TOLD_REST = 3_600_000

/**
 * Without a grace the answer to a rotation waits, so that calls sent together with it arrive before it leaves: over a new
 * connection one needs two round trips more than over an open one. ms
 */
const ANSWER_WAITS = 250

/** A call counts from its head for as long as its body may take: a head kept open must not count as an early call. ms */
const SLOWEST_BODY = 2_000

type Outcome = CurrentLogin | 'over' | 'reused'

/** Replaces the refresh token of a login. Returns the login as it is then; null if the token is invalid. */
export type Rotation = (req: Incoming, token: string) => Promise<CurrentLogin | null>

/**
 * Rotates under the lock of the login's row. `rotated_at` is the moment from which the next token may leave, in the
 * database's time, which all processes share. A call that arrived before it was sent by a client without that token: it gets
 * the same successor, in whichever process. A later call with the old token, past REFRESH_GRACE_SECONDS, shows that the token is
 * in two hands: the login is over and its owner is notified (ASVS 10.4.5; RFC 9700, 4.14.2).
 */
export function rotation(kit: Kit, tokens: RefreshTokens): Rotation {
  const { db } = kit
  const rotate = rotatingIn(kit, tokens)
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
        await untilForgotten(kit, claims.sub)
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
}

type Rotate = (
  trx: Knex.Transaction,
  req: Incoming,
  claims: RefreshClaims,
  arrived: number,
  wait: (leaving: Leaving) => void,
) => Promise<Outcome>

/** Rotates in a transaction; `wait` is called with the time at which the answer may leave. */
function rotatingIn(kit: Kit, tokens: RefreshTokens): Rotate {
  const { clock, settings } = kit
  const answerWaits = settings.REFRESH_GRACE_SECONDS === 0 ? ANSWER_WAITS : 0

  return async (trx, req, { sub, sid, rid }, arrived, wait) => {
    const row = await lockedRow(trx, kit, sid, rid, moment().steady - arrived)
    // The token names its user in the canonical form: "01" and "1 " match no user.
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

  async function endReused(trx: Knex.Transaction, req: Incoming, sid: string, user: UserId): Promise<void> {
    await trx('usertwo.user_sessions').where({ id: sid }).update({ revoked_at: clock.now() })
    await audit(trx, kit, req, 'refresh_reused', user)
    const mail = authMail(kit)
    // The request may be another person's, in their language.
    if (mail) await putOnce(trx, kit, mail, { kind: 'refresh_reused', user, req: null, rest: TOLD_REST })
  }
}
