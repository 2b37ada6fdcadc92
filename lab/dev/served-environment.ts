import { appEnvironment, asPrefixed, tokenStyleOf } from '../../proof/gate/app/app-environment.js'
import type { Project } from '../../proof/gate/project.js'
import { parseSettings } from '../../src/config/settings.js'
import { phases } from '../../src/phases/index.js'
import type { StartSecrets } from './secrets.js'

const LAST = String(phases.at(-1)!.number)

/**
 * Returns the environment of the served app: a development start at the last phase, unless USERTWO_PHASE
 * lowers it.
 */
export function servedEnvironment(
  project: Project,
  folder: string,
  secrets: StartSecrets,
  url: string,
): Record<string, string> {
  const { JWT_SECRET, USERTWO_CLAIM_CODE, USERTWO_PHASE } = process.env
  const said = {
    ...appEnvironment(project.config, url, process.env.REDIS_URL),
    ...tokenStyleOf(project.config),
  }
  return {
    ...asPrefixed(said, project.config.prefix),
    ENVIRONMENT: 'development',
    REGISTRATION: 'open',
    USERTWO_PHASE: USERTWO_PHASE || LAST,
    USERTWO_DATA: folder,
    JWT_SECRET: JWT_SECRET || secrets.jwtSecret,
    USERTWO_CLAIM_CODE: USERTWO_CLAIM_CODE || secrets.claimCode,
  }
}

/**
 * Reads the environment as the served app will, so that a wrong variable is reported before the walk.
 * @throws ConfigError with every problem at once
 */
export function checkEnvironment(project: Project, folder: string, secrets: StartSecrets): void {
  const url = process.env.DATABASE_URL || 'postgres://127.0.0.1/not-yet'
  parseSettings(
    { ...process.env, ...servedEnvironment(project, folder, secrets, url) },
    project.config.prefix,
  )
}
