import type { Config } from '../core/config.js'
import { ConfigError } from '../core/config-error.js'

/**
 * The headers of `app.headers` with their values.
 * @throws ConfigError for a variable that is not set
 */
export function appHeaders({ app }: Pick<Config, 'app'>): Record<string, string> {
  const headers = Object.entries(app.headers ?? {}).map(([name, given]): [string, string | undefined] => {
    const variable = /^\$(\w+)$/.exec(given)?.[1]
    return [name, variable ? (app.env[variable] ?? process.env[variable]) : given]
  })
  const missing = headers.filter(([, value]) => !value).map(([name]) => name)
  if (missing.length)
    throw new ConfigError(
      'usertwo.config',
      missing.map(
        (name) =>
          `app.headers.${name}: the variable ${app.headers![name]} is not set; set it, or write it into app.env`,
      ),
    )
  return Object.fromEntries(headers) as Record<string, string>
}
