import { hash, randomUUID } from 'node:crypto'
import type { Clock } from '../../../core/clock.js'
import type { UserId } from '../../../core/context.js'
import { packages } from '../../../core/packages.js'
import { BoundedMap } from '../bounded-map.js'
import type { Key, Keys } from './keys/keys.js'

/** RFC 9068. Every kind of token has its own `typ`, so that none is accepted as another (ASVS 9.2.2). */
const TYP = 'at+jwt'
const LONGEST = 8192
const LEEWAY_SECONDS = 30
const MOST_REMEMBERED = 10_000
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const SEGMENT = /^[A-Za-z0-9_-]+$/

/** The options with which tokens of every kind are signed and verified. */
export interface TokenOptions {
  /** called each time: the keys may be read after this is made */
  keys(): Keys
  issuer: string
  audience: string
  clock: Clock
}

export interface AccessTokenOptions extends TokenOptions {
  /** the longest lifetime that is accepted */
  most: number
}

/** The claims of a token whose signature and form are valid. Whether it was revoked is in the database. */
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
  /** @param seconds its lifetime */
  sign(user: UserId, session: string, seconds: number): { token: string; jti: string; expiresIn: number }
  /** null for anything except an access token of usertwo in canonical form that has not expired (RFC 8725). Never throws. */
  verify(token: string): AccessClaims | null
  /** the same, also for an expired token */
  former(token: string): AccessClaims | null
  /** The session of a genuine token, even if it has expired; null: not signed by usertwo. */
  sessionOf(token: string): string | null
  /** whether it has the form of a usertwo token; does not check the signature */
  isOurs(token: string): boolean
}

export function accessTokens(options: AccessTokenOptions): AccessTokens {
  const { issuer, audience, clock, most } = options
  const now = () => secondsOf(clock.now())
  /** Verified tokens, by hash: a signature does not change, and the expiry is checked each time. */
  const verified = new BoundedMap<string, { claims: AccessClaims; until: number }>(MOST_REMEMBERED)

  function remember(name: string, claims: AccessClaims, key: Key): void {
    verified.set(name, { claims, until: Math.min(claims.exp, key.until ?? claims.exp) })
  }

  function claimsOf(token: string, late: boolean): { claims: AccessClaims; key: Key } | null {
    const found = genuine(token, TYP, options, late)
    if (!found || !isUuid(found.payload.jti)) return null
    const { sub, sid, jti, iat, exp } = found.payload
    return exp - iat > most ? null : { claims: { sub, jti, sid, exp }, key: found.key }
  }

  return {
    sign(user, session, seconds) {
      const iat = now()
      const expiresIn = Math.min(seconds, most)
      const jti = randomUUID()
      const claims = { sub: String(user), sid: session, jti, iat, exp: iat + expiresIn }
      return { token: signed(TYP, claims, options), jti, expiresIn }
    },

    verify(token) {
      if (token.length > LONGEST) return null
      const name = nameOf(token)
      const known = verified.get(name)
      if (known) return known.until > now() ? known.claims : null
      const found = claimsOf(token, false)
      if (found) remember(name, found.claims, found.key)
      return found?.claims ?? null
    },

    former: (token) => claimsOf(token, true)?.claims ?? null,
    sessionOf: (token) => genuine(token, TYP, options, true)?.payload.sid ?? null,

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

/** What tokens of every kind say about a login. */
interface Payload {
  sub: string
  sid: string
  iat: number
  exp: number
  [claim: string]: unknown
}

/** Returns the content of a usertwo token of this kind, and its key; null if it is invalid or, unless `late`, expired. */
export function genuine(
  token: string,
  typ: string,
  { keys, issuer, audience, clock }: TokenOptions,
  late = false,
): { payload: Payload; key: Key } | null {
  if (token.length > LONGEST || !isCanonical(token)) return null
  const now = secondsOf(clock.now())
  const key = keys().named(read(token.split('.', 1)[0]!).kid, now)
  if (!key) return null
  try {
    const { header, payload } = packages.jwt.verify(token, key.verify, {
      algorithms: [key.algorithm],
      issuer,
      clockTimestamp: now,
      ignoreExpiration: late,
      complete: true,
    })
    if (header.typ !== typ || header.crit !== undefined || typeof payload === 'string') return null
    const { sub, sid, exp, iat, aud } = payload
    if (aud !== audience) return null
    if (typeof sub !== 'string' || !isUuid(sid)) return null
    if (!Number.isInteger(exp) || !Number.isInteger(iat)) return null
    if (iat! > now + LEEWAY_SECONDS || exp! <= iat!) return null
    return { payload: { ...payload, sub, sid, iat: iat!, exp: exp! }, key }
  } catch {
    return null
  }
}

export function signed(
  typ: string,
  claims: Payload,
  { keys, issuer, audience, clock }: TokenOptions,
): string {
  const { kid, algorithm, sign } = keys().signing(secondsOf(clock.now()))
  const payload = { ...claims, iss: issuer, aud: audience }
  return packages.jwt.sign(payload, sign!, { algorithm, header: { typ, alg: algorithm, kid } })
}

export const secondsOf = (at: Date) => Math.floor(at.getTime() / 1000)
const nameOf = (token: string) => hash('sha256', token, 'base64')
export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value)

/** One spelling per token: three base64url segments without padding or loose bits. */
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
