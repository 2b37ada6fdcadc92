import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import type { DoneBy } from '../audit.js'
import type { AccessClaims } from './access-token.js'
import { unended } from './alive-logins.js'

/** Ends the open logins of a user, except the one to keep. */
export async function endLogins(on: Knex, user: UserId, at: Date | Knex.Raw, keep?: string): Promise<void> {
  await on('usertwo.user_sessions')
    .where({ user_id: user })
    .modify((query) => {
      if (keep !== undefined) query.whereNot({ id: keep })
    })
    .whereNull('revoked_at')
    .update({ revoked_at: at })
}

/** The columns of a new login that `openWithin` needs. */
interface NewLogin {
  id: string
  user_id: UserId
  issued_at: Date
}

/**
 * Begins a login, and ends the oldest ones of its user above `most`, not counting personal tokens. Of several
 * that begin at the same time each waits for the one before (ASVS 7.1.2).
 *
 * @returns how many have ended
 */
export function openWithin(on: Knex, login: NewLogin, most: number): Promise<number> {
  const { id, user_id, issued_at: at } = login
  return on.transaction(async (trx) => {
    await trx('usertwo.credentials').where({ user_id }).forUpdate().select('user_id')
    await trx('usertwo.user_sessions').insert(login)
    const over = unended(trx, at)
      .leftJoin({ t: 'usertwo.tokens' }, 't.id', 's.id')
      .where('s.user_id', user_id)
      .whereNull('t.id')
      .whereNot('s.id', id)
      .orderBy('s.issued_at', 'desc')
      .offset(most - 1)
      .select('s.id')
    const ended = await trx('usertwo.user_sessions').whereIn('id', over).update({ revoked_at: at })
    if (ended > 0)
      await trx('usertwo.audit').insert({ at, event: 'session_revoked', user_id, details: { ended, most } })
    return ended
  })
}

/** Revokes a token, whatever happens to its login. */
export async function revokeToken(
  on: Knex,
  { jti, exp }: AccessClaims,
  user: UserId,
  at: Date,
): Promise<void> {
  await on('usertwo.revoked_tokens')
    .insert({ jti, user_id: user, revoked_at: at, expires_at: new Date(exp * 1000) })
    .onConflict('jti')
    .ignore()
}

/**
 * Ends every login, of one user or of all, including personal tokens. Each row is ended, because every
 * request looks up its own anyway: a "not before" time would make every request compare one more value.
 *
 * @param user null: all users
 * @returns how many were ended
 */
export function endSessions(db: Knex, user: UserId | null, by: DoneBy = {}): Promise<number> {
  return db.transaction(async (trx) => {
    const ended = await trx('usertwo.user_sessions')
      .whereNull('revoked_at')
      .where('expires_at', '>', trx.fn.now())
      .modify((query) => {
        if (user !== null) query.where('user_id', user)
      })
      .update({ revoked_at: trx.fn.now() })
    const details = { ended, ...(user === null && { all: true }) }
    await trx('usertwo.audit').insert({ event: 'session_revoked', user_id: user, details, ...by })
    return ended
  })
}
