import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { looksLikeUuid } from '../../../config/canonical-id.js'
import type { Settings } from '../../../config/settings.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { clientAddress } from '../../2-hardening/requests/client-address.js'
import type { AccessClaims } from './access-token.js'
import { unended } from './alive-logins.js'
import { endLogins, openWithin, revokeToken } from './end-sessions.js'
import { sweepLogins } from './sweep-logins.js'
import { untilForgotten } from './until-forgotten.js'

/** A login, as its user may see it. */
export interface LoginRow {
  id: string
  user_agent: string | null
  ip_address: string | null
  issued_at: Date
  last_used_at: Date
  expires_at: Date
  /** the name of a personal token; null: a login with a password */
  token: string | null
  scopes: string[] | null
}

/** A login as handed to its user. */
export interface CurrentLogin {
  id: string
  user: UserId
  /** its refresh token's id, and since when that has been current; without refresh tokens, since when it was issued */
  rid: string
  at: Date
  /** when it ends, however much it is used */
  end: Date
  /** its cookies are deleted when the browser is closed */
  isShared: boolean
}

interface NewLoginOptions {
  /** how long it lasts at most */
  seconds: number
  /** its cookie is deleted when the browser is closed */
  isShared: boolean
  /** no password was given: the user has to, before what needs a recent login */
  withoutPassword: boolean
  /** a second factor was proved */
  withFactor: boolean
}

export interface Logins {
  /** Begins a login of `user`. */
  open(db: Knex, user: UserId, req: Incoming, how: NewLoginOptions): Promise<CurrentLogin>
  list(user: UserId): Promise<LoginRow[]>
  /** Ends one login of `user`, and its access token. False if the user has no such login. */
  end(user: UserId, id: string): Promise<boolean>
  endOthers(user: UserId, keep: string): Promise<void>
  /** Ends the login and marks its token as revoked, in one transaction. */
  revoke(claims: AccessClaims, user: UserId): Promise<void>
}

const DAY_MS = 86_400_000
/** When the password was given, in a login without one. */
const NEVER = new Date(0)

/** When a login ends: at its end, and with refresh tokens earlier if it is not used. */
function ends(
  { TOKEN_STYLE, REFRESH_IDLE_DAYS }: Settings,
  now: Date,
  end: Date,
): { expires_at: Date; ends_at?: Date } {
  if (TOKEN_STYLE === 'bearer') return { expires_at: end }
  const idle = now.getTime() + REFRESH_IDLE_DAYS * DAY_MS
  return { expires_at: new Date(Math.min(end.getTime(), idle)), ends_at: end }
}

/** Begins logins; above AUTH_MAX_SESSIONS the user's oldest ones end. */
function opening(kit: Kit): Logins['open'] {
  const { clock, settings } = kit
  const most = settings.AUTH_MAX_SESSIONS
  return async (on, user, req, { seconds, isShared, withoutPassword, withFactor }) => {
    const id = randomUUID()
    const now = clock.now()
    const end = new Date(now.getTime() + seconds * 1000)
    const rid = randomUUID()
    const login = {
      id,
      user_id: user,
      refresh_id: rid,
      family: id,
      user_agent: req.headers['user-agent']?.slice(0, 500) ?? null,
      ip_address: clientAddress(req, settings.TRUST_PROXY),
      issued_at: now,
      last_used_at: now,
      ...ends(settings, now, end),
      on_shared_computer: isShared,
      ...(withoutPassword && { authenticated_at: NEVER }),
      ...(withFactor && { factor_at: now }),
    }
    if (most === undefined) await on('usertwo.user_sessions').insert(login)
    else if ((await openWithin(on, login, most)) > 0) {
      kit.count?.('session_revoked')
      await untilForgotten(kit, user)
    }
    return { id, user, rid, at: now, end, isShared }
  }
}

/** Logins, stored in `usertwo.user_sessions`; every process sees the same (ASVS 7.4). */
export function logins(kit: Kit): Logins {
  const { db, clock } = kit
  return {
    open: opening(kit),

    list: (user) =>
      unended(db, clock.now())
        .leftJoin({ t: 'usertwo.tokens' }, 't.id', 's.id')
        .where('s.user_id', user)
        .orderBy('s.issued_at', 'desc')
        .select('s.id', 's.user_agent', 's.ip_address', 's.issued_at', 's.last_used_at', 's.expires_at')
        .select({ token: 't.name' }, 't.scopes'),

    async end(user, id) {
      if (!looksLikeUuid(id)) return false
      const ended = await db('usertwo.user_sessions')
        .where({ id, user_id: user })
        .whereNull('revoked_at')
        .update({ revoked_at: clock.now() })
      // Also when the login had already ended: the request that ended it may still be waiting.
      await untilForgotten(kit, user)
      return ended > 0
    },

    async endOthers(user, keep) {
      await endLogins(db, user, clock.now(), keep)
      await untilForgotten(kit, user)
    },

    async revoke(claims, user) {
      const now = clock.now()
      await sweepLogins(db, now)
      await db.transaction(async (trx) => {
        await revokeToken(trx, claims, user, now)
        await trx('usertwo.user_sessions')
          .where({ id: claims.sid, user_id: user })
          .whereNull('revoked_at')
          .update({ revoked_at: now })
      })
    },
  }
}
