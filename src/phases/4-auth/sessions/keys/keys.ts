import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

export const ALGORITHMS = ['HS256', 'RS256', 'ES256'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

/** A key has one algorithm and is accepted with no other (RFC 8725, 3.1; ASVS 9.1.2). Times are seconds since 1970. */
export interface Key {
  kid: string
  algorithm: Algorithm
  verify: KeyObject
  /** null: it no longer signs */
  sign: KeyObject | null
  /** when it begins to sign; before that it only verifies, so that every process knows it first */
  from: number
  /** when it stops verifying; null: as long as it is in the set */
  until: number | null
}

/** The keys of access tokens. */
export interface Keys {
  /** @throws when no key may sign now */
  signing(now: number): Key
  /** The key that a token names; without a name, the only key. Null where the key does not exist or has ended. */
  named(kid: unknown, now: number): Key | null
}

/** The key id of a secret: reveals nothing about the secret. */
export const kidOfSecret = (secret: string): string =>
  Buffer.from(hkdfSync('sha256', secret, '', 'usertwo kid', 12)).toString('base64url')

const keyOfSecret = (secret: string): Key => {
  const key = createSecretKey(Buffer.from(secret, 'utf8'))
  return { kid: kidOfSecret(secret), algorithm: 'HS256', verify: key, sign: key, from: 0, until: null }
}

export function keysOf(all: readonly Key[]): Keys {
  const named = new Map(all.map((key) => [key.kid, key]))
  const newestFirst = [...all].sort((a, b) => b.from - a.from)
  const lives = (key: Key, now: number) => key.until === null || key.until > now
  return {
    signing(now) {
      const key = newestFirst.find((one) => one.sign && one.from <= now && lives(one, now))
      if (key) return key
      throw new Error(
        'no key may sign now: each is over, begins later or has no private part; run `usertwo keys rotate`',
      )
    },
    named(kid, now) {
      const key = kid === undefined && all.length === 1 ? all[0] : named.get(kid as string)
      return key && lives(key, now) ? key : null
    },
  }
}

/** The single key made from `JWT_SECRET`. */
export const keysOfSecret = (secret: string): Keys => keysOf([keyOfSecret(secret)])
