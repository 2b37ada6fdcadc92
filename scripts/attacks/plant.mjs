import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../prepare/step.mjs'
import { titleOf } from './cases.mjs'
import { FAULTS } from './faults.mjs'

/**
 * Plants each fault in a copy, runs the test of its case there, and prints `red` where the test fails.
 *
 * @param {string[]} wanted cases; none: all
 * @returns {number} how many tests stayed green, or did not run
 */
export function plantFaults(wanted) {
  const unknown = wanted.filter((id) => !FAULTS.some((fault) => fault.id === id))
  if (unknown.length) throw new Error(`no fault is known for case ${unknown.join(', ')}`)
  const copy = copied()
  let missed = 0
  try {
    for (const fault of FAULTS.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
      const verdict = outcome(copy, fault)
      if (verdict !== 'red') missed++
      console.log(`${fault.id.padStart(4)}  ${verdict.padEnd(5)}  ${fault.what}`)
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
  return missed
}

/** What git knows, as it is in this folder, beside the packages that are installed here. */
function copied() {
  const copy = mkdtempSync(join(tmpdir(), 'usertwo-faults-'))
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0')
  for (const file of files.filter(Boolean)) cpSync(join(ROOT, file), join(copy, file))
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** @returns {'red' | 'green' | 'unrun'} */
function outcome(copy, { id, file, from, to, test }) {
  const place = join(copy, file)
  const whole = readFileSync(place, 'utf8')
  const parts = whole.split(from)
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${from}`)
  const report = join(copy, 'faults.json')
  rmSync(report, { force: true })
  writeFileSync(place, parts.join(to))
  const args = ['run', '--reporter=json', `--outputFile.json=${report}`, '-t', titleOf(id), test]
  spawnSync(process.execPath, [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), ...args], {
    cwd: copy,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  writeFileSync(place, whole)
  const { numFailedTests, numPassedTests } = JSON.parse(readFileSync(report, 'utf8'))
  if (numFailedTests > 0) return 'red'
  return numPassedTests > 0 ? 'green' : 'unrun'
}
