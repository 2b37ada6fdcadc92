import { sqlState } from './sql-state.js'

/**
 * Explains that the server answers but refuses the connection, with what to do; null: another error
 * (PostgreSQL, "Error Codes": class 28, 3D000).
 *
 * @param named the setting that contains the address
 */
export function refusedByServer(error: unknown, named = 'DATABASE_URL'): string | null {
  if (!(error instanceof Error) || !/^(28|3D)/.test(sqlState(error))) return null
  const { message } = error
  if (sqlState(error) === '3D000') return `${message}; create it, or correct the name at the end of ${named}`
  return `${message}; correct user and password in ${named}`
}
