import { createHash } from 'node:crypto'

/**
 * An address or user name as the audit keeps it of an account that no longer has it: whoever knows the name finds what was
 * noted, and the name itself is not kept.
 */
export const nameDigest = (name: string): string =>
  createHash('sha256').update(name.toLowerCase()).digest('hex')
