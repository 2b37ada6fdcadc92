// npm run phases: runs the gates of every example with --prove, records each GO in its usertwo.gate.json, writes PHASES.md.
// It takes half an hour. npm run phases -- --from FILE…: writes PHASES.md from documents of `usertwo gate --prove --json`.
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXAMPLES } from './examples.mjs'
import { phasesPage } from './phases/page.mjs'
import { refuse, takeOnly } from './prepare/arguments.mjs'
import { ROOT, say } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

const [flag, ...files] = process.argv.slice(2)
takeOnly((_word, _at, [first]) => first === '--from')
if (flag && files.length === 0) refuse('--from: name the files')
prepare()

const { texts, date } = flag === '--from' ? last(files) : runGates()
const { suites } = await import('../dist/proof/gate/run/suites.js')
const reports = texts.map((text) => JSON.parse(text))
writeFileSync(join(ROOT, 'PHASES.md'), phasesPage(suites, reports, date.toISOString().slice(0, 10)))
const go = reports.every((report) => report.go)
console.log(`PHASES.md: ${reports.map((report) => `${report.app} ${report.go ? 'GO' : 'NO-GO'}`).join(', ')}`)
process.exit(go ? 0 : 1)

function last(files) {
  const times = files.map((file) => statSync(file).mtimeMs)
  return { texts: files.map((file) => readFileSync(file, 'utf8')), date: new Date(Math.min(...times)) }
}

function runGates() {
  return { texts: EXAMPLES.map(reportOf), date: new Date() }
}

function reportOf(name) {
  say(`Running the gates of ${name} …`)
  const main = join(ROOT, 'dist', 'cli', 'main.js')
  const args = ['gate', '--json', '--record', '--prove', '--config', join('examples', name)]
  const { status, stdout } = spawnSync(process.execPath, [main, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 256 * 1024 * 1024,
    encoding: 'utf8',
  })
  if (!stdout.trim()) {
    say('The gates printed no report; PHASES.md was not changed.')
    process.exit(status || 2)
  }
  return stdout
}
