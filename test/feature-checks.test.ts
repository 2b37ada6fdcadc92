// The checks of features that both examples leave off: GO with the feature on, and each of their defects is found.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)

test.each([
  ['AUTH_ENABLE_PASSKEYS', '4', 'auth.passkeys', 8],
  ['AUTH_ENABLE_MAGIC_LINK', '5', 'client.magic-link', 7],
  ['PRIVACY_DASHBOARD', '6', 'isolation.privacy', 6],
])(
  '%s: gate %s is GO of %s, and all %i defects turn it red',
  async (flag, phase, check, defects) => {
    const args = ['gate', phase, '--only', check, '--prove', '--config', 'examples/comic-pile']
    const env = { ...process.env, [flag]: 'true' }
    const { stdout } = await run(process.execPath, ['dist/cli/main.js', ...args], { env })
    expect(stdout).toContain(`${defects} of ${defects} mutants turned their check red (1 checks).`)
    expect(stdout).toMatch(/ GO {2}1 check: \d+ facts/)
  },
  600_000,
)
