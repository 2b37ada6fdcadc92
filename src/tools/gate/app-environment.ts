import type { Config } from '../../core/config.js'
import { databaseParts, withDatabaseParts } from '../../core/database-names.js'

/**
 * What each of the app's commands is told: the database at `url` as DATABASE_URL and as PG*, and the
 * variables of the configuration, which may map it to other names, or say more under these
 * (`'$DATABASE_URL?sslmode=disable'`).
 */
export function appEnvironment({ app }: Pick<Config, 'app'>, url: string): Record<string, string> {
  const parts = databaseParts(url)
  const named = Object.entries(app.env).map(([name, value]) => [name, withDatabaseParts(value, parts)])
  return { ...parts, ...Object.fromEntries(named) }
}
