// npm run test:long: runs the test files that `npm test` leaves out, and in full those that it samples.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

prepare()

const { status } = spawnSync(process.execPath, [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run'], {
  cwd: ROOT,
  env: { ...process.env, TESTS: 'long' },
  stdio: ['ignore', 'inherit', 'inherit'],
})
process.exit(status ?? 1)
