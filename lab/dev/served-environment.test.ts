import { fileURLToPath } from 'node:url'
import { afterEach, expect, test, vi } from 'vitest'
import { loadProject } from '../../proof/gate/project.js'
import { parseSettings } from '../../src/config/settings.js'
import { servedEnvironment } from './served-environment.js'

const JOURNAL = fileURLToPath(new URL('../../examples/journal', import.meta.url))
const SECRETS = { jwtSecret: 'x'.repeat(32), claimCode: 'ABCD-EFGH', databasePassword: 'y'.repeat(16) }
afterEach(() => vi.unstubAllEnvs())

async function served() {
  const project = await loadProject(JOURNAL)
  const env = servedEnvironment(project, '.usertwo', SECRETS, 'postgres://app@127.0.0.1/app')
  return parseSettings(env, project.config.prefix)
}

test('the journal is served with the settings of its gates, in development and at the last phase', async () => {
  expect(await served()).toMatchObject({
    ENVIRONMENT: 'development',
    USERTWO_PHASE: 8,
    REGISTRATION: 'open',
    TOKEN_STYLE: 'refresh',
    AUTH_COOKIE_REFRESH: true,
    REFRESH_GRACE_SECONDS: 0,
    PASSWORD_HASH: 'argon2id',
    METRICS: true,
    JWT_AUD: 'journal',
  })
})

test('the environment can override the token style, by either name', async () => {
  vi.stubEnv('AUTH_COOKIE_REFRESH', 'false')
  expect(await served()).toMatchObject({ TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: false })
  vi.stubEnv('JOURNAL_TOKEN_STYLE', 'bearer')
  expect(await served()).toMatchObject({ TOKEN_STYLE: 'bearer', AUTH_COOKIE_REFRESH: false })
})
