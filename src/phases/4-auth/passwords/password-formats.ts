/** The prefix of hashes of a digest (see `hash-worker.ts`); a hash that begins with `$2` is bcrypt of the bare password. */
export const DIGEST_PREFIX = 'bcrypt-hmac-sha256:'

/** Argon2id with the minimum of OWASP's Password Storage Cheat Sheet: 19 MiB, two passes. */
export const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** The prefix of hashes made with these parameters. */
export const ARGON2ID_PREFIX = `$argon2id$v=19$m=${ARGON2ID.memoryCost},t=${ARGON2ID.timeCost},p=${ARGON2ID.parallelism}$`
/** Parameters that make `hash` use bcrypt. */
export const NO_ARGON2ID = { memoryCost: 0, timeCost: 0, parallelism: 0 }

/** The prefixes of other hashes that can be verified: bcrypt, argon2, and PBKDF2 in four spellings. */
const OTHERS = /^(\$2[aby]\$|\$argon2(id|i|d)\$|\$pbkdf2-sha|pbkdf2_sha|pbkdf2:sha)/

/** Whether a password can be verified against the stored text. Text of any other form never lets a user in. */
export function isKnownHash(stored: string | null): boolean {
  return stored !== null && (stored.startsWith(DIGEST_PREFIX) || OTHERS.test(stored))
}
