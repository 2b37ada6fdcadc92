import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** What is wrong with an ID token on purpose; a claim that is undefined is left out. */
export interface OddToken {
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  /** signed by a key that the provider does not publish */
  byOther?: true
}

export interface TokenKeys {
  /** as the provider publishes it (RFC 7517) */
  jwks: object
  /** A signed ID token (RS256). */
  token(claims: Record<string, unknown>, odd?: OddToken): string
}

const KID = 'one'

/** New keys, for one provider. */
export function tokenKeys(): TokenKeys {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  let other: KeyObject | undefined
  const otherKey = () => {
    other ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    return other
  }
  return {
    jwks: { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: KID, use: 'sig', alg: 'RS256' }] },
    token(claims, odd = {}) {
      const header = { alg: 'RS256', typ: 'JWT', kid: KID, ...odd.header }
      const text = [header, { ...claims, ...odd.claims }]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      if (header.alg === 'none') return `${text}.`
      const key = odd.byOther ? otherKey() : pair.privateKey
      return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
    },
  }
}

export const randomText = (): string => randomBytes(24).toString('base64url')

/** The challenge of a verifier (RFC 7636, 4.2). */
export const challengeOf = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url')
