import type { Config } from '../../core/config.js'
import { databaseParts, withDatabaseParts } from '../../core/database-names.js'
import { variableOf } from '../../core/settings.js'

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

/** How logins are given is proved as it is to be deployed: the variables of the gate's own process say so. */
export function tokenStyleOf({ prefix }: Pick<Config, 'prefix'>): Record<string, string> {
  const said = ['TOKEN_STYLE', 'AUTH_COOKIE_REFRESH'].flatMap((name) => {
    const value = variableOf(process.env, prefix, name)
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(said)
}
