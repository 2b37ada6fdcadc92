import { DatabaseUnreachable } from './connect.js'
import { sqlState } from './sql-state.js'

/** The way to a server is gone, by the codes of Node. */
export const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)/
/**
 * The server lets nobody in, has no room, has lost a race between transactions, is ending, or its own system fails: the same
 * again may succeed (PostgreSQL, "Error Codes": classes 08, 40, 53, 57 and 58, and a lock that was not to be had).
 */
const STATES = /^(08|40|53|57|58|55P03)/
// Of pg and knex, which give no code.
const WORDS = /Timeout acquiring a connection|Connection terminated|not queryable/i

/** Whether it is the database that cannot answer now, and nothing that it was asked. */
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
