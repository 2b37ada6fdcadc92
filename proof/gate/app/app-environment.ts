import type { Config } from '../../../src/config/config.js'
import { variableOf } from '../../../src/config/settings.js'
import { variables } from '../../../src/config/variables.js'
import { databaseParts, redisParts, withServerParts } from './server-parts.js'

/**
 * Returns the environment of the app's commands: the database at `url` as DATABASE_URL and as PG*, and the
 * variables of the configuration, which may map it to other names or add to these
 * (`'$DATABASE_URL?sslmode=disable'`).
 *
 * @param redis the URL that `'$REDIS_URL'` stands for in the configuration; the app gets it by those variables alone
 */
export function appEnvironment(
  { app, prefix = '' }: Pick<Config, 'app' | 'prefix'>,
  url: string,
  redis?: string,
): Record<string, string> {
  const parts = databaseParts(url)
  const all = { ...parts, ...(redis && redisParts(redis)) }
  // Only a proxy takes the path away.
  const isAddress = (name: string) => name === 'PUBLIC_URL' || name === `${prefix}PUBLIC_URL`
  const named = Object.entries(app.env).map(([name, value]) => {
    const given = withServerParts(value, all)
    return [name, isAddress(name) && URL.canParse(given) ? new URL(given).origin : given]
  })
  return { ...parts, ...Object.fromEntries(named) }
}

/**
 * Returns the value that a variable is deployed with: from this process's environment, else from the
 * configuration.
 */
export const deployedWith = (
  { app, prefix }: Pick<Config, 'app' | 'prefix'>,
  name: string,
): string | undefined => variableOf(process.env, prefix, name) ?? variableOf(app.env, prefix, name)

/** Whether a flag is on where the app is deployed: `true`, `1` or `on`. */
export const isDeployedWith = (config: Pick<Config, 'app' | 'prefix'>, name: string): boolean =>
  /^(?:true|1|on)$/i.test(deployedWith(config, name) ?? '')

const FEATURES = [
  'TOKEN_STYLE',
  'AUTH_COOKIE_REFRESH',
  'AUTH_ENABLE_TOTP',
  'AUTH_ENABLE_PASSKEYS',
  'PRIVACY_DASHBOARD',
]

/** Returns the token style, and which features are on: tested and served as the app is deployed. */
export function tokenStyleOf(config: Pick<Config, 'app' | 'prefix'>): Record<string, string> {
  const said = FEATURES.flatMap((name) => {
    const value = deployedWith(config, name)
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(said)
}

/**
 * Returns an environment in which values set by plain name apply. The app reads the prefixed name first, and
 * `app.env` may have set that to another value.
 */
export function asPrefixed(env: Record<string, string>, prefix: string | undefined): Record<string, string> {
  const same = Object.keys(variables).flatMap((name) => {
    const [plain, own] = [env[name], `${prefix}${name}`]
    return prefix && plain !== undefined && env[own] !== undefined ? [[own, plain]] : []
  })
  return { ...env, ...Object.fromEntries(same) }
}
