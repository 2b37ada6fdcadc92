import type { Config } from '../../../src/config/config.js'
import { nearest } from '../../../src/config/nearest.js'
import { ConfigError } from '../../../src/core/config-error.js'

/**
 * Checks that each waiver names a known check. Otherwise it would never apply, unnoticed.
 *
 * @throws ConfigError that names each unknown one, with the nearest check
 */
export function assertWaivers(waivers: Config['waivers'], checks: readonly string[]): void {
  const problems = waivers.flatMap(({ check }, at) => {
    if (checks.includes(check)) return []
    const near = nearest(check, checks)
    return [
      `waivers.${at}.check: ${check} is not a check; ${near ? `did you mean ${near}?` : 'docs/checks.md in the repository of usertwo lists them'}`,
    ]
  })
  if (problems.length) throw new ConfigError('usertwo.config', problems)
}
