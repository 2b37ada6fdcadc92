/** Numbers in the place of a version with which a client requests TLS or GSSAPI, or cancels a query. */
const REQUESTS = [80877102, 80877103, 80877104]
/** Length and version, or request code. Bytes. */
export const HEAD = 8

/** Returns whether these bytes begin a PostgreSQL connection. */
export function isStartup(bytes: Buffer): boolean {
  if (bytes.length < HEAD) return false
  // A TLS connection that begins without a request names its protocol.
  if (bytes[0] === 0x16) return bytes.includes('postgresql')
  const length = bytes.readInt32BE(0)
  const code = bytes.readInt32BE(4)
  return REQUESTS.includes(code) || (code >>> 16 === 3 && length >= HEAD && length < 100_000)
}

/**
 * Returns the user that a first message of PostgreSQL's protocol 3 names; null if the message is another, or
 * incomplete.
 */
export function startupUser(bytes: Buffer): string | null {
  if (bytes.length < HEAD || bytes.readInt32BE(4) >>> 16 !== 3 || !isStartup(bytes)) return null
  const words = bytes.subarray(HEAD).toString('utf8').split('\0')
  const at = words.findIndex((word, place) => place % 2 === 0 && word === 'user')
  return at < 0 ? null : (words[at + 1] ?? null)
}

/**
 * Returns whether the bytes may be the beginning of such a message: it begins with its length, which is
 * small.
 */
export function mayBecomeStartup(bytes: Buffer): boolean {
  return bytes.length < HEAD && bytes[0] === 0
}
