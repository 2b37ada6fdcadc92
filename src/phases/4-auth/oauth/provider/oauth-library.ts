import { ConfigError } from '../../../../core/config-error.js'
import { refuseOtherVersions } from '../../../../core/optional/optional-package.js'

export type OauthLibrary = typeof import('openid-client')

const PACKAGE = 'openid-client'

/**
 * Loads the package; Node keeps it.
 * @throws ConfigError that names the package to install
 */
export async function oauthLibrary(): Promise<OauthLibrary> {
  refuseOtherVersions('AUTH_ENABLE_OAUTH=true', [PACKAGE])
  return import('openid-client').catch((cause: unknown) => {
    throw new ConfigError('The environment is not usable', [
      `AUTH_ENABLE_OAUTH=true: needs ${PACKAGE} (${(cause as Error).message.split('\n', 1)[0]}); run: npm install ${PACKAGE}`,
    ])
  })
}
