import { hash, randomUUID } from 'node:crypto'
import type { Clock } from '../../core/clock.js'
import type { UserId } from '../../core/context.js'
import { packages } from '../../core/packages.js'
import type { Key, Keys } from './keys/keys.js'

/** RFC 9068; every kind of token has its own, so that none passes for another (ASVS 9.2.2). */
const TYP = 'at+jwt'
const LONGEST = 8192
const LEEWAY_SECONDS = 30
const MOST_REMEMBERED = 10_000
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const SEGMENT = /^[A-Za-z0-9_-]+$/

export interface AccessTokenOptions {
  /** asked each time: they may be read after this is made */
  keys(): Keys
  issuer: string
  audience: string
  /** how long a token lives, and the longest life one is believed */
  days: number
  clock: Clock
}

/** What a token says once its signature and form are found right. Whether it was revoked, the database knows. */
export interface AccessClaims {
  /** the user's id as text */
  sub: string
  jti: string
  /** `user_sessions.id` */
  sid: string
  /** seconds since 1970 */
  exp: number
}

export interface AccessTokens {
  /** @param seconds it lives, where that is less than usual */
  sign(user: UserId, session: string, seconds?: number): { token: string; jti: string; expiresIn: number }
  /** null for whatever is not a token of ours, of this kind, in canonical form, alive (RFC 8725). Never throws. */
  verify(token: string): AccessClaims | null
  /** whether it means to be a token of ours; without a look at its signature */
  isOurs(token: string): boolean
}

export function accessTokens(options: AccessTokenOptions): AccessTokens {
  const { issuer, audience, clock } = options
  const lifetime = options.days * 86_400
  const now = () => Math.floor(clock.now().getTime() / 1000)
  /** Tokens found right, by a hash: the signature of one does not change, and its end is asked each time. */
  const verified = new Map<string, { claims: AccessClaims; until: number }>()

  function remember(name: string, claims: AccessClaims, key: Key): void {
    // The oldest goes: a Map keeps the order in which they came.
    if (verified.size >= MOST_REMEMBERED) verified.delete(verified.keys().next().value!)
    verified.set(name, { claims, until: Math.min(claims.exp, key.until ?? claims.exp) })
  }

  function claimsOf(token: string, key: Key): AccessClaims | null {
    try {
      const { header, payload } = packages.jwt.verify(token, key.verify, {
        algorithms: [key.algorithm],
        issuer,
        clockTimestamp: now(),
        complete: true,
      })
      if (header.typ !== TYP || header.crit !== undefined || typeof payload === 'string') return null
      const { sub, jti, sid, exp, iat, aud } = payload
      if (aud !== audience) return null
      if (typeof sub !== 'string' || !isUuid(jti) || !isUuid(sid)) return null
      if (!Number.isInteger(exp) || !Number.isInteger(iat)) return null
      if (iat! > now() + LEEWAY_SECONDS || exp! <= iat! || exp! - iat! > lifetime) return null
      return { sub, jti, sid, exp: exp! }
    } catch {
      return null
    }
  }

  return {
    sign(user, session, seconds = lifetime) {
      const iat = now()
      const expiresIn = Math.min(seconds, lifetime)
      const jti = randomUUID()
      const payload = {
        sub: String(user),
        sid: session,
        jti,
        iat,
        exp: iat + expiresIn,
        iss: issuer,
        aud: audience,
      }
      const { kid, algorithm, sign } = options.keys().signing(iat)
      const header = { typ: TYP, alg: algorithm, kid }
      const token = packages.jwt.sign(payload, sign!, { algorithm, header })
      return { token, jti, expiresIn }
    },

    verify(token) {
      if (token.length > LONGEST) return null
      const name = nameOf(token)
      const known = verified.get(name)
      if (known) return known.until > now() ? known.claims : null
      if (!isCanonical(token)) return null
      const key = options.keys().named(read(token.split('.', 1)[0]!).kid, now())
      const claims = key && claimsOf(token, key)
      if (key && claims) remember(name, claims, key)
      return claims
    },

    isOurs(token) {
      const [head, body, ...rest] = token.split('.')
      if (!head || !body || rest.length === 0 || token.length > LONGEST) return false
      if (verified.has(nameOf(token))) return true
      const { typ } = read(head)
      const { iss, aud } = read(body)
      return typ === TYP || iss === issuer || aud === audience
    },
  }
}

const nameOf = (token: string) => hash('sha256', token, 'base64')
const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value)

/** One spelling a token: three base64url segments without padding or loose bits. */
function isCanonical(token: string): boolean {
  const segments = token.split('.')
  return (
    segments.length === 3 &&
    segments.every(
      (part) => SEGMENT.test(part) && Buffer.from(part, 'base64url').toString('base64url') === part,
    )
  )
}

function read(segment: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
