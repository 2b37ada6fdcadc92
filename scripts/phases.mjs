// npm run phases [-- --prove]: runs the gates of comic-pile, records a GO in its usertwo.gate.json, writes PHASES.md.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { phasesPage } from './phases/page.mjs'
import { ROOT, say } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

prepare()

const main = join(ROOT, 'dist', 'cli', 'main.js')
const args = ['gate', '--json', '--record', ...process.argv.slice(2), '--config', 'examples/comic-pile']
say('Running the gates …')
const { status, stdout } = spawnSync(process.execPath, [main, ...args], {
  cwd: ROOT,
  stdio: ['ignore', 'pipe', 'inherit'],
  maxBuffer: 256 * 1024 * 1024,
  encoding: 'utf8',
})
if (!stdout.trim()) {
  say('The gates said nothing; PHASES.md stays as it was.')
  process.exit(status || 2)
}
const { phases } = await import('../dist/phases/index.js')
const report = JSON.parse(stdout)
writeFileSync(join(ROOT, 'PHASES.md'), phasesPage(phases, report, new Date().toISOString().slice(0, 10)))
console.log(`PHASES.md: ${report.go ? 'GO' : 'NO-GO'}`)
process.exit(status ?? 2)
