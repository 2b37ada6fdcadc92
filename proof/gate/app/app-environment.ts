import type { Config } from '../../../src/config/config.js'
import { databaseParts, withDatabaseParts } from '../../../src/config/database-names.js'
import { variableOf } from '../../../src/config/settings.js'
import { variables } from '../../../src/config/variables.js'

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

/** What a variable is to be deployed with: those of this process say so, else those of the configuration. */
export const deployedWith = (
  { app, prefix }: Pick<Config, 'app' | 'prefix'>,
  name: string,
): string | undefined => variableOf(process.env, prefix, name) ?? variableOf(app.env, prefix, name)

/** How logins are given is proved and served as it is to be deployed. */
export function tokenStyleOf(config: Pick<Config, 'app' | 'prefix'>): Record<string, string> {
  const said = ['TOKEN_STYLE', 'AUTH_COOKIE_REFRESH'].flatMap((name) => {
    const value = deployedWith(config, name)
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(said)
}

/**
 * An environment in which what is said by plain name holds: the app reads the prefixed one first, which `app.env` may have
 * set to something else.
 */
export function asPrefixed(env: Record<string, string>, prefix: string | undefined): Record<string, string> {
  const same = Object.keys(variables).flatMap((name) => {
    const [plain, own] = [env[name], `${prefix}${name}`]
    return prefix && plain !== undefined && env[own] !== undefined ? [[own, plain]] : []
  })
  return { ...env, ...Object.fromEntries(same) }
}
