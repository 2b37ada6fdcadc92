import { createHmac, hkdfSync } from 'node:crypto'
import { genuine, isUuid, secondsOf, signed, type TokenOptions } from '../access-token.js'
import type { CurrentLogin } from '../logins.js'

/** A kind of its own, so that it passes for no access token, nor one for it (ASVS 9.2.2). */
const TYP = 'rt+jwt'

/** What a refresh token says once its signature and form are found right. Whether it is the present one, the database knows. */
export interface RefreshClaims {
  /** the user's id as text */
  sub: string
  /** `user_sessions.id` */
  sid: string
  /** `user_sessions.refresh_id`, while it is the present one */
  rid: string
  /** seconds since 1970 */
  iat: number
}

export interface RefreshTokens {
  /** The token of a login as it is now: for the same login the same, so that one whose answer was lost is made again. */
  sign(login: CurrentLogin): string
  /** null for whatever is no refresh token of ours, in canonical form, alive. Never throws. */
  verify(token: string): RefreshClaims | null
  /** The id that comes after this one. It is derived: who has lost it gets the same again, and nothing is stored of it. */
  next(sid: string, rid: string): string
}

/** @param secret JWT_SECRET */
export function refreshTokens(options: TokenOptions, secret: string): RefreshTokens {
  // A key of its own: what signs tokens is used for nothing else.
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'usertwo refresh', 32))
  return {
    sign({ id: sid, user, rid, at, end }) {
      const iat = secondsOf(at)
      return signed(
        TYP,
        { sub: String(user), sid, rid, iat, exp: Math.max(iat + 1, secondsOf(end)) },
        options,
      )
    },

    verify(token) {
      const found = genuine(token, TYP, options)
      if (!found || !isUuid(found.payload.rid)) return null
      const { sub, sid, rid, iat } = found.payload
      return { sub, sid, rid, iat }
    },

    next: (sid, rid) => asUuid(createHmac('sha256', key).update(`${sid} ${rid}`).digest()),
  }
}

/** Version 8 (RFC 9562, 5.8): bits of one's own. */
function asUuid(bytes: Buffer): string {
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex', 0, 16)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
