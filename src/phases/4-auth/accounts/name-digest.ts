import { createHash } from 'node:crypto'

/**
 * The hash by which the audit names an e-mail address or user name that its account no longer has: a reader
 * who knows the name finds the entries, and the name itself is not stored.
 */
export const nameDigest = (name: string): string =>
  createHash('sha256').update(name.toLowerCase()).digest('hex')
