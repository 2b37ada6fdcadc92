/**
 * Numbers that stand in the place of a version where a client asks for TLS, for GSSAPI, or to cancel a query.
 */
const REQUESTS = [80877102, 80877103, 80877104]
/** Length and version, or request. */
export const HEAD = 8

/** Whether these bytes begin a talk with a PostgreSQL. */
export function isStartup(bytes: Buffer): boolean {
  if (bytes.length < HEAD) return false
  // A TLS that begins at once names the protocol it is for.
  if (bytes[0] === 0x16) return bytes.includes('postgresql')
  const length = bytes.readInt32BE(0)
  const code = bytes.readInt32BE(4)
  return REQUESTS.includes(code) || (code >>> 16 === 3 && length >= HEAD && length < 100_000)
}

/** The user that a first message of PostgreSQL's protocol 3 names; null: it is another message, or not whole. */
export function startupUser(bytes: Buffer): string | null {
  if (bytes.length < HEAD || bytes.readInt32BE(4) >>> 16 !== 3 || !isStartup(bytes)) return null
  const words = bytes.subarray(HEAD).toString('utf8').split('\0')
  const at = words.findIndex((word, place) => place % 2 === 0 && word === 'user')
  return at < 0 ? null : (words[at + 1] ?? null)
}

/** Whether they may be the beginning of that: a message begins with its length, which is small. */
export function mayBecomeStartup(bytes: Buffer): boolean {
  return bytes.length < HEAD && bytes[0] === 0
}
