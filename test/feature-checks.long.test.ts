// The checks of features that both examples leave off: GO with the feature on, and each of their defects is found.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)

const PILE = 'examples/comic-pile'
/** Its configuration names routes of `auth.stepUp` where STEP_UP is true. */
const REMEMBERING = 'test/isolation/remembering'

test.each([
  ['AUTH_ENABLE_PASSKEYS', '4', 'auth.passkeys', 8, PILE],
  ['AUTH_ENABLE_OAUTH', '4', 'auth.oauth', 13, PILE],
  ['AUTH_ENABLE_MAGIC_LINK', '5', 'client.magic-link', 7, PILE],
  ['PRIVACY_DASHBOARD', '6', 'isolation.privacy', 6, PILE],
  ['AUTH_ENABLE_TOTP', '4', 'auth.factor-routes', 5, REMEMBERING],
])(
  '%s: gate %s is GO of %s, and all %i defects turn it red',
  async (flag, phase, check, defects, app) => {
    const args = ['gate', phase, '--only', check, '--prove', '--config', app]
    const env = { ...process.env, [flag]: 'true', STEP_UP: 'true' }
    const { stdout } = await run(process.execPath, ['dist/cli/main.js', ...args], { env })
    expect(stdout).toContain(`${defects} of ${defects} mutants turned their check red (1 checks).`)
    expect(stdout).toMatch(/ GO {2}1 check: \d+ facts/)
  },
  600_000,
)
