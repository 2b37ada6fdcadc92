// npm run check: types, lint, unused code. All of them, also when one fails.
// npm run check -- structure: the figures of the house.
import { spawnSync } from 'node:child_process'
import { prepare } from './prepare.mjs'
import { CHECKS } from './test/parts.mjs'

prepare()

if (process.argv[2] === 'structure') {
  await import('./structure.mjs')
  process.exit()
}

let failed = 0
for (const { name, command } of CHECKS) {
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' })
  console.log(`${name}: ${status === 0 ? 'passed' : 'failed'}`)
  if (status !== 0) failed++
}
process.exit(failed ? 1 : 0)
