// npm run attacks [-- CASE…]: tries the attacks of docs/attacks.md and prints `held`, `fell` or `n/a` for
// each. `npm run attacks -- --faults [CASE…]` plants faults, and prints `red` where the test of its case fails.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { casesOf, rowsOf, titleOf } from './attacks/cases.mjs'
import { plantFaults } from './attacks/plant.mjs'
import { ROOT } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

const all = rowsOf(readFileSync(join(ROOT, 'docs', 'attacks.md'), 'utf8'))
const wanted = process.argv.slice(2).filter((one) => one !== '--faults')
if (process.argv.includes('--faults')) process.exit(plantFaults(wanted) === 0 ? 0 : 1)
/** Returns whether an argument means a case: `U3`, or `U` for all cases with that letter. */
const means = (one, { id }) => one === id || one === id.replace(/\d+$/, '')
const rows = wanted.length ? all.filter((row) => wanted.some((one) => means(one, row))) : all
const unknown = wanted.filter((one) => !all.some((row) => means(one, row)))
if (unknown.length) {
  console.error(`docs/attacks.md has no case ${unknown.join(', ')}`)
  process.exit(2)
}

prepare()

const folder = mkdtempSync(join(tmpdir(), 'usertwo-attacks-'))
const report = join(folder, 'report.json')
const files = [...new Set(rows.flatMap((row) => row.files))]
const titles = rows.map(({ id }) => titleOf(id))
const run = (program, args, env = {}) =>
  spawnSync(process.execPath, [join(ROOT, 'node_modules', ...program), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })

/** @type {{ title: string, status: string }[]} */
const tests = []
/** Files that could not be loaded, or whose set-up failed, with the reason. */
const broken = new Map()
const inNode = files.filter((file) => !file.startsWith('e2e/'))
// A range (`cases 2 to 7`) does not name the cases between its ends, so its whole file is run.
const filter = wanted.length && !/ to /.test(rows.map(titlesIn).join()) ? ['-t', titles.join('|')] : []
if (inNode.length) {
  run(
    ['vitest', 'vitest.mjs'],
    ['run', '--reporter=json', `--outputFile.json=${report}`, ...filter, ...inNode],
  )
  for (const { name, status: whole, message, assertionResults } of JSON.parse(readFileSync(report, 'utf8'))
    .testResults) {
    for (const { fullName, status } of assertionResults) tests.push({ title: fullName, status })
    if (whole === 'failed' && !assertionResults.some(({ status }) => status === 'failed'))
      broken.set(relative(ROOT, name), `${relative(ROOT, name)} does not run: ${message.split('\n')[0]}`)
  }
}
const inBrowser = files.filter((file) => file.startsWith('e2e/'))
if (inBrowser.length) {
  run(['@playwright', 'test', 'cli.js'], ['test', '--reporter=json', ...inBrowser], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  })
  tests.push(...inSuites(JSON.parse(readFileSync(report, 'utf8')).suites))
}
rmSync(folder, { recursive: true })

const verdicts = rows.map(({ id, attack, files: named }) => {
  const own = tests.filter(
    ({ title, status }) => casesOf(title).includes(id) && !/skipped|pending/.test(status),
  )
  const fell = own.filter(({ status }) => status !== 'passed' && status !== 'expected')
  const unrun = named.find((file) => broken.has(file))
  if (unrun) return { id, verdict: 'fell', why: broken.get(unrun) }
  if (fell.length) return { id, verdict: 'fell', why: fell.map(({ title }) => title).join('; ') }
  if (own.length)
    return { id, verdict: 'held', why: `${attack.replaceAll('&gt;', '>').replaceAll('&lt;', '<')}` }
  return { id, verdict: 'n/a', why: named.length ? 'its test was skipped' : 'no test: see docs/attacks.md' }
})
for (const { id, verdict, why } of verdicts)
  console.log(`${id.padStart(4)}  ${verdict}  ${why.length > 110 ? `${why.slice(0, 109)}…` : why}`)
const count = (kind) => verdicts.filter(({ verdict }) => verdict === kind).length
console.log(`\n${count('held')} held, ${count('fell')} fell, ${count('n/a')} n/a`)
process.exit(count('fell') ? 1 : 0)

function titlesIn({ files: named }) {
  return named
    .flatMap((file) => readFileSync(join(ROOT, file), 'utf8').match(/\bcases \d+ to \d+/g) ?? [])
    .join()
}

function inSuites(suites) {
  return suites.flatMap(({ title, specs = [], suites: inner = [] }) => [
    ...specs.map((spec) => ({ title: `${title} ${spec.title}`, status: spec.ok ? 'passed' : 'failed' })),
    ...inSuites(inner),
  ])
}
