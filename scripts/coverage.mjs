// npm run coverage: which share of the lines that are packed is run by the tests, by `test/smoke.long.test.ts`, and by the
// gates of both examples, whose commands and checks run in processes of their own. Half an hour. Ends with 1 below the floor.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { linesByFolder, tableOf } from './coverage/lines.mjs'
import { EXAMPLES } from './examples.mjs'
import { takeOnly } from './prepare/arguments.mjs'
import { ROOT, say } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

/** Percent of all lines. */
const FLOOR = 85

takeOnly()
prepare()

const require = createRequire(import.meta.url)
const { createCoverageMap } = require('istanbul-lib-coverage')
const folder = mkdtempSync(join(tmpdir(), 'usertwo-coverage-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Runs a program of this repository. Its failure is said and changes no figure. */
function run(what, args, env = {}) {
  say(`── ${what}`)
  const options = { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] }
  const { status } = spawnSync(process.execPath, args, options)
  if (status !== 0) say(`${what} ended with ${status}`)
}
const read = (name) =>
  createCoverageMap(JSON.parse(readFileSync(join(folder, name, 'coverage-final.json'), 'utf8')))

/** What tests run in their own process. */
function ofTests(name, args, env) {
  const coverage = [
    '--coverage.enabled',
    '--coverage.provider=v8',
    '--coverage.include={src,reading,proof,cli}/**/*.ts',
    '--coverage.exclude=**/*.test.ts',
    '--coverage.reporter=json',
    '--coverage.reportOnFailure',
    `--coverage.reportsDirectory=${join(folder, name)}`,
  ]
  run(name, [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...args, ...coverage], env)
  return read(name)
}

/** What the gates run, by the source maps of the build. */
function ofGates() {
  const raw = join(folder, 'raw')
  for (const name of EXAMPLES) {
    const gate = [join(ROOT, 'dist/cli/main.js'), 'gate', '--config', join('examples', name)]
    run(`the gates of ${name}`, gate, { NODE_V8_COVERAGE: raw })
  }
  const c8 = require.resolve('c8/bin/c8.js')
  const report = ['--reporter', 'json', '--reports-dir', join(folder, 'gates'), '--include', 'dist/**']
  run('the report of the gates', [
    c8,
    'report',
    '--temp-directory',
    raw,
    ...report,
    '--exclude-after-remap=false',
  ])
  return read('gates')
}

const tests = ofTests('tests', [], { TESTS: 'quick' })
tests.merge(ofTests('smoke', ['test/smoke.long.test.ts']))
const { table, percent } = tableOf(linesByFolder(ROOT, tests, ofGates()))
console.log(table)
console.log(`${percent.toFixed(1)} % of the lines are run; the floor is ${FLOOR} %`)
process.exit(percent < FLOOR ? 1 : 0)
