import { DatabaseUnreachable } from './connect.js'
import { sqlState } from './sql-state.js'

/** Node's codes for a lost connection to a server. */
export const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)/
/**
 * The server refuses connections, is full, lost a race between transactions, is shutting down, or has a system failure: the
 * same may succeed later (PostgreSQL, "Error Codes": classes 08, 40, 53, 57 and 58, and a lock that was not available).
 */
const STATES = /^(08|40|53|57|58|55P03)/
// Messages of pg and knex, which set no code.
const WORDS = /Timeout acquiring a connection|Connection terminated|not queryable/i

/** Whether the database cannot answer now, as opposed to a fault in the query. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  return (
    error instanceof DatabaseUnreachable ||
    STATES.test(sqlState(error)) ||
    (typeof code === 'string' && NETWORK.test(code)) ||
    WORDS.test(error.message)
  )
}
