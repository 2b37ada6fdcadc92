import type { Config } from '../../../src/config/config.js'
import { ConfigError } from '../../../src/core/config-error.js'
import { withNamed } from './server-parts.js'

/**
 * Returns the headers of `app.headers` with their values.
 *
 * @throws ConfigError for a variable that is not set
 */
export function appHeaders({ app }: Pick<Config, 'app'>): Record<string, string> {
  const missing: string[] = []
  const headers = Object.entries(app.headers ?? {}).map(([header, given]): [string, string] => [
    header,
    withNamed(given, (name) => {
      const value = app.env[name] ?? process.env[name]
      if (!value)
        missing.push(
          `app.headers.${header}: the variable $${name} is not set; set it, or write it into app.env ($$ is a dollar sign)`,
        )
      return value ?? ''
    }),
  ])
  if (missing.length) throw new ConfigError('usertwo.config', missing)
  return Object.fromEntries(headers)
}
