import { ConfigError } from '../../../core/config-error.js'
import { refuseOtherVersions } from '../../../core/optional/optional-package.js'

/**
 * Loads the package that writes zip files; Node keeps it.
 * @throws ConfigError that names the package to install
 */
export async function zipLibrary(): Promise<typeof import('yazl')> {
  refuseOtherVersions('PRIVACY_DASHBOARD=true', ['yazl'])
  try {
    return (await import('yazl')).default
  } catch (cause) {
    throw new ConfigError('The environment is not usable', [
      `PRIVACY_DASHBOARD=true: needs yazl (${(cause as Error).message.split('\n', 1)[0]}); run: npm install yazl`,
    ])
  }
}
