import { refusedByServer } from '../src/database/refused.js'
import { NETWORK } from '../src/database/unavailable.js'
import { UsageError } from './usage-error.js'

/** Errors of a program, not of what it was given. */
const DEFECTS = new Set(['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError', 'AssertionError'])

/** What a person reads about an error they can mend; null: it is a defect, and its stack is what helps. */
export function inWords(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  const { code = '', address, port } = error as { code?: string; address?: string; port?: number }
  if (NETWORK.test(code)) {
    const at = address ? ` at ${address}:${port}` : ''
    return `nobody answers${at} (${code}); start the database, or name another with DATABASE_URL or --database`
  }
  const refused = refusedByServer(error, 'DATABASE_URL or --database')
  if (refused !== null) return `the database refuses the connection: ${refused}`
  if (code === '42501')
    return `the database refuses: ${error.message}; this takes the login that owns the tables (--database), or an administrator (--admin)`
  // Other SQL that PostgreSQL does not take is ours.
  if (DEFECTS.has(error.name) || /^(42|XX)/.test(code)) return isUsage(error) ? error.message : null
  return error.message || null
}

/** Whether the command line was not understood. */
export function isUsage(error: unknown): boolean {
  return error instanceof UsageError || !!(error as { code?: string })?.code?.startsWith?.('ERR_PARSE_ARGS')
}
