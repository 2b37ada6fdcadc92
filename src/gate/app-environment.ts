import type { Config } from '../core/config.js'
import { databaseParts, withDatabase } from '../core/database-names.js'

/**
 * What each of the app's commands is told: the variables of the configuration, and the database at `url` under the names
 * it maps, as DATABASE_URL and as PG*.
 */
export function appEnvironment({ app }: Pick<Config, 'app'>, url: string): Record<string, string> {
  const parts = databaseParts(url)
  const named = Object.entries(app.env).map(([name, value]) => [name, withDatabase(value, parts)])
  return { ...Object.fromEntries(named), ...parts }
}
