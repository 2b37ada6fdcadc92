import { generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto'
import type { Jwk } from './key-set.js'
import { type Algorithm, kidOfSecret } from './keys.js'

const DAY = 86_400

export interface KeyRotation {
  algorithm: Algorithm
  /** seconds since 1970 */
  now: number
  /** seconds until the new key signs: by then every process must have it */
  after: number
  /** the longest life of a token, JWT_EXPIRES_DAYS or REFRESH_TOKEN_DAYS */
  days: number
}

/**
 * Returns a set with a new key, which signs once it begins. Other keys verify as long as a token of theirs
 * can live and are removed by the first rotation after that; no user's login ends.
 */
export function rotated(jwks: readonly Jwk[], { algorithm, now, after, days }: KeyRotation): Jwk[] {
  const begins = jwks.length === 0 ? now : now + after
  const ends = begins + days * DAY
  const others = jwks
    .filter(({ exp }) => exp === undefined || exp > now)
    .map((one) => ({ ...one, exp: Math.min(one.exp ?? ends, ends) }))
  return [newKey(algorithm, now, begins), ...others]
}

/** The key made from JWT_SECRET, so that logins from before the key set stay valid. */
export const jwkOfSecret = (secret: string): Jwk => ({
  kid: kidOfSecret(secret),
  kty: 'oct',
  alg: 'HS256',
  use: 'sig',
  k: Buffer.from(secret, 'utf8').toString('base64url'),
})

function newKey(alg: Algorithm, iat: number, nbf: number): Jwk {
  const about = { kid: randomBytes(9).toString('base64url'), alg, use: 'sig' as const, iat, nbf }
  if (alg === 'HS256') return { ...about, kty: 'oct', k: randomBytes(32).toString('base64url') }
  const { privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 3072 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const made: JsonWebKey = privateKey.export({ format: 'jwk' })
  return { ...about, ...made, kty: alg === 'RS256' ? 'RSA' : 'EC' }
}
