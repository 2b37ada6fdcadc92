import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Settings } from '../../../../config/settings.js'
import { ConfigError } from '../../../../core/config-error.js'
import { ALGORITHMS, type Algorithm, type Key } from './keys.js'

const LEAST_BITS = 2048
const LEAST_BYTES = 32
const seconds = z.int().min(0)

/** A key as JSON (RFC 7517, 7518) with `iat`, `nbf` and `exp` as JWTs have them. */
const jwk = z.looseObject({
  kid: z.string().regex(/^[\w-]{1,64}$/, 'letters, digits, _ and -, at most 64'),
  kty: z.enum(['oct', 'RSA', 'EC']),
  alg: z.enum(ALGORITHMS),
  use: z.literal('sig').optional(),
  iat: seconds.optional(),
  nbf: seconds.optional(),
  exp: seconds.optional(),
})
export type Jwk = z.output<typeof jwk>
const set = z.object({ keys: z.array(jwk).min(1, 'at least one key') })

const TYPE: Record<Algorithm, Jwk['kty']> = { HS256: 'oct', RS256: 'RSA', ES256: 'EC' }
/** The secret members of a key (RFC 7518, 6). */
export const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const

/**
 * Returns the text of the key set, from the environment or from the file it names; null if there is none.
 * @throws ConfigError
 */
export function givenKeySet({
  JWT_KEYS,
  JWT_KEYS_FILE,
}: Pick<Settings, 'JWT_KEYS' | 'JWT_KEYS_FILE'>): string | null {
  if (!JWT_KEYS_FILE) return JWT_KEYS ?? null
  try {
    return readFileSync(JWT_KEYS_FILE, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw unusable([
      `JWT_KEYS_FILE=${JWT_KEYS_FILE}: cannot be read (${code}); make it with \`usertwo keys rotate --file ${JWT_KEYS_FILE}\``,
    ])
  }
}

/** @throws ConfigError that names every wrong key, without its secrets */
export function readKeySet(text: string): { jwks: Jwk[]; keys: Key[] } {
  const { data, error } = z.safeParse(set, parsed(text))
  if (error)
    throw unusable(
      error.issues.map(({ path, message }) => `JWT_KEYS: ${path.join('.') || 'the set'}: ${message}`),
    )
  const problems: string[] = []
  const keys = data.keys.flatMap((one) => {
    const key = keyOf(one)
    if (typeof key !== 'string') return [key]
    problems.push(`JWT_KEYS: the key ${one.kid}: ${key}`)
    return []
  })
  const twice = data.keys.find(({ kid }, at) => data.keys.findIndex((one) => one.kid === kid) !== at)
  if (twice) problems.push(`JWT_KEYS: two keys are called ${twice.kid}; each has a name of its own`)
  if (problems.length > 0) throw unusable(problems)
  return { jwks: data.keys, keys }
}

const unusable = (problems: string[]) => new ConfigError('The environment is not usable', problems)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unusable(['JWT_KEYS: no JSON; a JWK set, as `usertwo keys rotate` writes it'])
  }
}

/** Returns the key, or what is wrong with it. */
function keyOf(given: Jwk): Key | string {
  const { kid, kty, alg, nbf, iat, exp } = given
  if (TYPE[alg] !== kty) return `alg ${alg} takes a key of kty ${TYPE[alg]}, and this is ${kty}`
  const pair = pairOf(given)
  if (!pair) return `no ${kty} key in the form of RFC 7518`
  const problem = weakness(pair.verify, given)
  if (problem) return problem
  return { kid, algorithm: alg, ...pair, from: nbf ?? iat ?? 0, until: exp ?? null }
}

function pairOf(given: Jwk): { verify: KeyObject; sign: KeyObject | null } | null {
  try {
    if (given.kty === 'oct') {
      const key = createSecretKey(Buffer.from(String(given.k), 'base64url'))
      return { verify: key, sign: key }
    }
    const key = given as JsonWebKey
    return {
      verify: createPublicKey({ key, format: 'jwk' }),
      sign: given.d === undefined ? null : createPrivateKey({ key, format: 'jwk' }),
    }
  } catch {
    return null
  }
}

function weakness(key: KeyObject, { kty, crv }: Jwk): string | null {
  if (kty === 'oct' && key.symmetricKeySize! < LEAST_BYTES)
    return `${key.symmetricKeySize} bytes; at least ${LEAST_BYTES}`
  const bits = key.asymmetricKeyDetails?.modulusLength
  if (kty === 'RSA' && bits! < LEAST_BITS) return `${bits} bits; at least ${LEAST_BITS}`
  return kty === 'EC' && crv !== 'P-256' ? 'ES256 takes a key of crv P-256' : null
}

/** The public parts of the keys that have one. */
export const publicKeysOf = (jwks: readonly Jwk[]): Jwk[] =>
  jwks
    .filter(({ kty }) => kty !== 'oct')
    .map(({ kid, kty, alg, n, e, crv, x, y }) => {
      const numbers = kty === 'RSA' ? { n, e } : { crv, x, y }
      return { kid, kty, alg, use: 'sig', ...numbers }
    })
