import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { UserId } from '../../core/context.js'
import type { Kit } from '../../core/kit.js'
import type { Incoming } from '../../express/handler.js'
import { clientAddress } from '../2-hardening/client-address.js'
import type { AccessClaims } from './access-token.js'

/** A login somebody has somewhere, as its owner may see it. */
interface LoginRow {
  id: string
  user_agent: string | null
  ip_address: string | null
  issued_at: Date
  last_used_at: Date
  expires_at: Date
}

export interface Logins {
  /** Begins a login of `user`; gives its id. */
  open(db: Knex, user: UserId, req: Incoming, seconds: number): Promise<string>
  /** Which of these logins are good still, by the rules of look-up.ts; one read for all. */
  alive(ids: readonly string[]): Promise<Set<string>>
  list(user: UserId): Promise<LoginRow[]>
  /** Ends one login of `user`: its access token is dead with it. False when there is no such login of theirs. */
  end(user: UserId, id: string): Promise<boolean>
  endOthers(user: UserId, keep: string): Promise<void>
  /** Ends the login and marks its token as revoked, in one transaction. */
  revoke(claims: AccessClaims, user: UserId): Promise<void>
}

/** How many rows a logout takes away at most, of each kind. */
const SWEPT = 1_000
const KEEP_MS = 24 * 3_600_000
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Logins, kept in `usertwo.user_sessions`; every process sees the same (ASVS 7.4). */
export function logins({ db, config, clock, settings }: Kit): Logins {
  const { table, id: key } = config.users
  const alive = (query: Knex.QueryBuilder) =>
    query.whereNull('s.revoked_at').where('s.expires_at', '>', clock.now())

  return {
    async open(on, user, req, seconds) {
      const id = randomUUID()
      const now = clock.now()
      await on('usertwo.user_sessions').insert({
        id,
        user_id: user,
        refresh_id: randomUUID(),
        family: id,
        user_agent: req.headers['user-agent']?.slice(0, 500) ?? null,
        ip_address: clientAddress(req, settings.TRUST_PROXY),
        issued_at: now,
        last_used_at: now,
        expires_at: new Date(now.getTime() + seconds * 1000),
      })
      return id
    },

    async alive(ids) {
      const found: string[] = await alive(db({ s: 'usertwo.user_sessions' }))
        .join({ u: table }, `u.${key}`, 's.user_id')
        .leftJoin({ c: 'usertwo.credentials' }, 'c.user_id', 's.user_id')
        .whereIn('s.id', ids)
        .whereRaw('c.is_active is not false')
        .pluck('s.id')
      return new Set(found)
    },

    list: (user) =>
      alive(db({ s: 'usertwo.user_sessions' }))
        .where('s.user_id', user)
        .orderBy('s.issued_at', 'desc')
        .select('s.id', 's.user_agent', 's.ip_address', 's.issued_at', 's.last_used_at', 's.expires_at'),

    async end(user, id) {
      if (!UUID.test(id)) return false
      const ended = await db('usertwo.user_sessions')
        .where({ id, user_id: user })
        .whereNull('revoked_at')
        .update({ revoked_at: clock.now() })
      return ended > 0
    },

    async endOthers(user, keep) {
      await db('usertwo.user_sessions')
        .where({ user_id: user })
        .whereNot({ id: keep })
        .whereNull('revoked_at')
        .update({ revoked_at: clock.now() })
    },

    async revoke(claims, user) {
      const now = clock.now()
      await sweep(db, now)
      await db.transaction(async (trx) => {
        await trx('usertwo.revoked_tokens')
          .insert({
            jti: claims.jti,
            user_id: user,
            revoked_at: now,
            expires_at: new Date(claims.exp * 1000),
          })
          .onConflict('jti')
          .ignore()
        await trx('usertwo.user_sessions')
          .where({ id: claims.sid, user_id: user })
          .whereNull('revoked_at')
          .update({ revoked_at: now })
      })
    },
  }
}

/**
 * A token past its time is refused anyway: its row has done its work, well past any difference of clocks. Each logout takes
 * some of them with it, the oldest first: more than are made, and never so many that somebody waits for it.
 */
async function sweep(db: Knex, now: Date): Promise<void> {
  const past = new Date(now.getTime() - KEEP_MS)
  const oldest = (table: string, key: string) =>
    db(table)
      .whereIn(key, db(table).where('expires_at', '<', past).orderBy('expires_at').limit(SWEPT).select(key))
      .delete()
  await oldest('usertwo.revoked_tokens', 'jti')
  await oldest('usertwo.user_sessions', 'id')
}
