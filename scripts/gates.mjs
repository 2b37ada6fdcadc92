// npm run gates [-- EXAMPLE …] [-- --json] [-- --prove] [-- --through N …]: runs every gate of every example,
// or of the named ones. With --json, prints an array with one document per example.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { EXAMPLES, examplesIn } from './examples.mjs'
import { ROOT } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

prepare()

const { named, rest: args } = examplesIn(process.argv.slice(2))
const json = args.includes('--json')
const documents = []
let worst = 0
for (const name of named.length ? named : EXAMPLES) {
  const folder = join(ROOT, 'examples', name)
  if (!json) console.log(name)
  const main = join(ROOT, 'dist', 'cli', 'main.js')
  const { status, stdout } = spawnSync(process.execPath, [main, 'gate', ...args, '--config', folder], {
    stdio: ['ignore', json ? 'pipe' : 'inherit', 'inherit'],
    maxBuffer: 256 * 1024 * 1024,
    encoding: 'utf8',
  })
  worst = Math.max(worst, status ?? 2)
  if (json && stdout.trim()) documents.push(JSON.parse(stdout))
}
if (json) console.log(JSON.stringify(documents, null, 2))
process.exit(worst)
