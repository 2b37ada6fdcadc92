import { createHmac, hkdfSync } from 'node:crypto'
import { genuine, isUuid, secondsOf, signed, type TokenOptions } from '../access-token.js'
import type { CurrentLogin } from '../logins.js'

/** A kind of its own, so that it is not accepted as an access token, nor the reverse (ASVS 9.2.2). */
const TYP = 'rt+jwt'

/** The claims of a refresh token whose signature and form are valid. Whether it is the current one is in the database. */
export interface RefreshClaims {
  /** the user's id as text */
  sub: string
  /** `user_sessions.id` */
  sid: string
  /** `user_sessions.refresh_id` while the token is the current one */
  rid: string
  /** seconds since 1970 */
  iat: number
}

export interface RefreshTokens {
  /** Signs the current token of a login, always the same, so a client that lost the answer gets it again. */
  sign(login: CurrentLogin): string
  /** null for anything except an unexpired refresh token of usertwo in canonical form. Never throws. */
  verify(token: string): RefreshClaims | null
  /** Derives the id that follows this one. It is not stored: a client that lost the answer gets the same again. */
  next(sid: string, rid: string): string
}

/** @param secret JWT_SECRET */
export function refreshTokens(options: TokenOptions, secret: string): RefreshTokens {
  // A separate key: the one that signs tokens is used for nothing else.
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

/** Sets the bits of version 8 (RFC 9562, 5.8), which is for custom content. */
function asUuid(bytes: Buffer): string {
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex', 0, 16)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
