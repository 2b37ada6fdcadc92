// npm run phases [-- --prove]: runs the gates of comic-pile, records a GO in its usertwo.gate.json, writes
// PHASES.md.
// npm run phases -- --from .usertwo/gate/report.json: writes PHASES.md from the results of the last walk.
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { phasesPage } from './phases/page.mjs'
import { ROOT, say } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

prepare()

const given = process.argv.slice(2)
const { text, date, status } = given[0] === '--from' ? last(given[1]) : runGates(given)
const { suites } = await import('../dist/proof/gate/run/suites.js')
const report = JSON.parse(text)
writeFileSync(join(ROOT, 'PHASES.md'), phasesPage(suites, report, date.toISOString().slice(0, 10)))
console.log(`PHASES.md: ${report.go ? 'GO' : 'NO-GO'}`)
process.exit(status)

function last(file) {
  return { text: readFileSync(file, 'utf8'), date: statSync(file).mtime, status: 0 }
}

function runGates(more) {
  const main = join(ROOT, 'dist', 'cli', 'main.js')
  const args = ['gate', '--json', '--record', ...more, '--config', 'examples/comic-pile']
  say('Running the gates …')
  const { status, stdout } = spawnSync(process.execPath, [main, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 256 * 1024 * 1024,
    encoding: 'utf8',
  })
  if (stdout.trim()) return { text: stdout, date: new Date(), status: status ?? 2 }
  say('The gates printed no report; PHASES.md was not changed.')
  process.exit(status || 2)
}
