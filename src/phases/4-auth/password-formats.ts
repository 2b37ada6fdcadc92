/** Marks hashes of a digest (see `hash-worker.ts`); a hash that begins with `$2` is bcrypt of the bare password. */
export const OURS = 'bcrypt-hmac-sha256:'

/** How hashes of other makers begin that can be verified: bcrypt, argon2, and PBKDF2 in four spellings. */
const OTHERS = /^(\$2[aby]\$|\$argon2(id|i|d)\$|\$pbkdf2-sha|pbkdf2_sha|pbkdf2:sha)/

/** Whether a password can be verified against what is stored: text of another shape is nobody's way in. */
export function isKnownHash(stored: string | null): boolean {
  return stored !== null && (stored.startsWith(OURS) || OTHERS.test(stored))
}
