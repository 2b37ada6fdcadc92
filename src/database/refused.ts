import { sqlState } from './sql-state.js'

/**
 * What a person reads when the server answers and lets them not in, with what to do; null: it is another error
 * (PostgreSQL, "Error Codes": class 28, 3D000).
 *
 * @param named where the address was given
 */
export function refusedByServer(error: unknown, named = 'DATABASE_URL'): string | null {
  if (!(error instanceof Error) || !/^(28|3D)/.test(sqlState(error))) return null
  const { message } = error
  if (sqlState(error) === '3D000') return `${message}; create it, or correct the name at the end of ${named}`
  return `${message}; correct user and password in ${named}`
}
