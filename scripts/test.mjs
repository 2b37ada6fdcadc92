// npm test [-- --node 24]: runs everything except what test/long.ts lists, on this Node or on one of that
// major. The last line is `N passed, N failed`; a part that crashes counts as a failure.
// Time limit of a part. A part takes twice as long on a busy machine, and a part that is cut off does not
// report its remaining tests.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { nodeOf, withNode } from './prepare/other-node.mjs'
import { orSay } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'
import { BY_NODE } from './test/by-node.mjs'
import { count } from './test/count.mjs'
import { begunFile, failed } from './test/failed.mjs'
import { nodeOrOutcome } from './test/node-or-outcome.mjs'
import { partOn, parts } from './test/parts.mjs'

// A part takes twice as long on a slow day as on a good one, and what is cut off says nothing of the tests behind it.
const MINUTES = 38

const { values } = parseArgs({ options: { node: { type: 'string' } } })
prepare()
const node = values.node ? orSay(() => nodeOf(values.node)) : process.execPath

const reports = mkdtempSync(join(tmpdir(), 'usertwo-test-'))
const summary = []
for (const part of values.node ? parts() : [...parts(), ...Object.keys(BY_NODE).map(partOn)]) {
  console.log(`\n── ${part.name}`)
  const started = performance.now()
  const outcome = run(part, join(reports, `${summary.length}.json`))
  summary.push({ name: part.name, seconds: (performance.now() - started) / 1000, ...outcome })
}
rmSync(reports, { recursive: true, force: true })

const sum = (key) => summary.reduce((total, part) => total + part[key], 0)
const width = Math.max(...summary.map(({ name }) => name.length))
console.log()
for (const { name, passed, failed, crashed, seconds } of summary) {
  const note = crashed ? '  (crashed or timed out)' : ''
  console.log(
    `${name.padEnd(width)}  ${String(passed).padStart(5)} passed  ${String(failed).padStart(4)} failed  ${seconds.toFixed(0).padStart(4)} s${note}`,
  )
}
const red = summary.flatMap(({ name, reds }) => reds.map((one) => `${name}: ${one}`))
if (red.length) console.log(`\n${red.join('\n')}`)
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
process.exit(sum('failed') ? 1 : 0)

function run({ command, cwd, report: by, env, node: major }, file) {
  const { program, ...outcome } = major ? nodeOrOutcome(major) : { program: node }
  if (!program) return outcome
  const { status } = spawnSync(
    program,
    by === 'vitest' ? [...command, `--outputFile.json=${file}`] : command,
    {
      cwd,
      env: {
        ...withNode(program),
        TESTS: 'quick',
        TEST_NODE: values.node,
        PLAYWRIGHT_JSON_OUTPUT_NAME: file,
        BEGUN_FILE: begunFile(file),
        ...env,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: MINUTES * 60_000,
    },
  )
  const report = by && { by, file }
  return { ...count(status, report), reds: failed(report, cwd) }
}
