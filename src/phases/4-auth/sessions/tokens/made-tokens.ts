import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { UserId } from '../../../../core/context.js'
import { hashOf, newApiToken } from './token-text.js'

export interface NewToken {
  /** a label for the list of tokens */
  name: string
  scopes: readonly string[]
  days: number
}

/** A token as lists show it. */
export interface MadeToken {
  id: string
  user: UserId
  name: string
  scopes: string[]
  issued_at: Date
  last_used_at: Date
  expires_at: Date
}

/** Makes a personal token of a user; its text is in the answer and nowhere else. */
export function createToken(
  db: Knex,
  user: UserId,
  { name, scopes, days }: NewToken,
  now = new Date(),
): Promise<{ id: string; token: string; expires: Date }> {
  const token = newApiToken()
  const id = randomUUID()
  const expires = new Date(now.getTime() + days * 86_400_000)
  return db.transaction(async (trx) => {
    await trx('usertwo.user_sessions').insert({
      id,
      user_id: user,
      refresh_id: randomUUID(),
      family: id,
      issued_at: now,
      last_used_at: now,
      expires_at: expires,
    })
    await trx('usertwo.tokens').insert({ id, name, hash: hashOf(token), scopes })
    await note(trx, 'token_created', user, id)
    return { id, token, expires }
  })
}

/** Returns the valid tokens, of one user or of all. */
export function listTokens(db: Knex, user?: UserId, now = new Date()): Promise<MadeToken[]> {
  return db({ t: 'usertwo.tokens' })
    .join({ s: 'usertwo.user_sessions' }, 's.id', 't.id')
    .whereNull('s.revoked_at')
    .where('s.expires_at', '>', now)
    .modify((query) => {
      if (user !== undefined) query.where('s.user_id', user)
    })
    .orderBy(['s.user_id', 's.issued_at'])
    .select(
      't.id',
      { user: 's.user_id' },
      't.name',
      't.scopes',
      's.issued_at',
      's.last_used_at',
      's.expires_at',
    )
}

/** Ends a token, from the next request on; false if no valid token has this id. */
export function revokeMadeToken(db: Knex, id: string, now = new Date()): Promise<boolean> {
  return db.transaction(async (trx) => {
    const [ended] = (await trx('usertwo.user_sessions')
      .whereIn('id', trx('usertwo.tokens').whereRaw('id::text = ?', [id.toLowerCase()]).select('id'))
      .whereNull('revoked_at')
      .update({ revoked_at: now })
      .returning(['id', 'user_id'])) as { id: string; user_id: UserId }[]
    if (ended) await note(trx, 'token_revoked', ended.user_id, ended.id)
    return ended !== undefined
  })
}

async function note(trx: Knex, event: string, user: UserId, token: string): Promise<void> {
  await trx('usertwo.audit').insert({ event, user_id: user, details: { token } })
}
