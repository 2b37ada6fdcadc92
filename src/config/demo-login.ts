import { ConfigError } from '../core/config-error.js'
import type { Config } from './config.js'
import { isOn } from './dial.js'
import { isAtWork, type Settings } from './settings.js'

/**
 * While there are no users, the app's demo login answers every client that knows its name and password.
 * @throws ConfigError except in development and test, with what to set
 */
export function refuseDemoLogin({ demo, auth }: Pick<Config, 'demo' | 'auth'>, settings: Settings): void {
  const { ENVIRONMENT, USERTWO_PHASE, USER_MGMT_ENABLED } = settings
  if (!demo || isAtWork(ENVIRONMENT) || (isOn('auth', USERTWO_PHASE) && USER_MGMT_ENABLED)) return
  const why = isOn('auth', USERTWO_PHASE) ? 'USER_MGMT_ENABLED=false' : `USERTWO_PHASE=${USERTWO_PHASE}`
  throw new ConfigError('The app cannot start', [
    `${why}: in ${ENVIRONMENT} the demo login at ${auth.mount}/login would answer every client that knows its name and password; set USERTWO_PHASE=4 or higher and leave USER_MGMT_ENABLED on, or ENVIRONMENT=development if no one else can reach it`,
  ])
}
