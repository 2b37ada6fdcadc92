// npm test: what a contributor runs, in minutes. Ends by saying what it has left out.
// npm run test:all: everything. npm test -- --node 24: on the newest Node of that major.
// --quarter N: the gates of an example, and quarter N mod 4 of what `npm test` leaves out, as .ci/run does.
// --minutes M: of that quarter, what can be begun by then; the rest is named.
// --times: ends with a table of where the time of the test files went.
// The last line is `N passed, N failed`; a part that crashes counts as a failure.
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { refuse } from './prepare/arguments.mjs'
import { nodeOf, withNode } from './prepare/other-node.mjs'
import { orSay } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'
import { count } from './test/count.mjs'
import { begunFile, failed } from './test/failed.mjs'
import { nodeOrOutcome } from './test/node-or-outcome.mjs'
import { GATES, leftOut, parts } from './test/parts.mjs'
import { table } from './test/times.mjs'

// A part takes twice as long on a slow day as on a good one, and what is cut off says nothing of the tests behind it.
const MINUTES = 50
/** How often a part that prints nothing is named, in ms. */
const STILL = 15_000

const values = given()
for (const name of ['quarter', 'minutes'])
  if (values[name] !== undefined && !/^\d{1,9}$/.test(values[name]))
    refuse(`--${name} is a number, not ${values[name]}`)
const until = performance.now() + Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000
prepare()
const node = values.node ? orSay(() => nodeOf(values.node)) : process.execPath

const reports = mkdtempSync(join(tmpdir(), 'usertwo-test-'))
const timesFile = join(reports, 'times')
const summary = []
let said = 0
const quick = values.quarter === undefined ? parts() : { tests: [], meanwhile: [] }
const queue = values.quarter !== undefined ? leftOut(Number(values.quarter)) : values.all ? leftOut() : []
await Promise.all([shown(quick.tests), quietly(quick.meanwhile, () => ', while the tests run')])
if (values.quarter !== undefined) await shown([GATES])
const next = function* () {
  while (queue.length > 0 && performance.now() < until) yield queue.shift()
}
// Two at once: most of their time is spent waiting for servers and processes.
const toCome = () => (queue.length ? `, then ${queue.length} more` : '')
await Promise.all([quietly(next(), toCome), quietly(next(), toCome)])
const times = values.times ? table(timesFile) : ''
rmSync(reports, { recursive: true, force: true })

const sum = (key) => summary.reduce((total, part) => total + part[key], 0)
const width = Math.max(...summary.map(({ name }) => name.length))
console.log(times)
for (const { name, passed, failed, crashed, seconds } of summary) {
  const note = crashed ? '  (crashed or timed out)' : ''
  console.log(
    `${name.padEnd(width)}  ${String(passed).padStart(5)} passed  ${String(failed).padStart(4)} failed  ${seconds.toFixed(0).padStart(4)} s${note}`,
  )
}
const red = summary
  .filter(({ failed }) => failed)
  .flatMap(({ name, reds }) => (reds.length ? reds.map((one) => `✗ ${name}: ${one}`) : [`✗ ${name}`]))
if (red.length) console.log(`\n${red.join('\n')}`)
if (!values.all && values.quarter === undefined) {
  const left = leftOut()
  const files = new Set(left.flatMap(({ file = '' }) => (/\.long\.test\./.test(file) ? [file] : [])))
  const others = left.filter(({ file }) => !files.has(file)).map(({ name }) => name)
  console.log(`\nLeft out: ${files.size} files *.long.test.ts, ${others.join(', ')}.`)
  console.log('They are run by: npm run test:all')
}
if (queue.length)
  console.log(
    `\nNot begun within ${values.minutes} minutes: ${queue.map(({ name }) => name).join(', ')}.\nThey are run by: npm test -- --quarter ${Number(values.quarter) % 4}`,
  )
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
process.exit(sum('failed') ? 1 : 0)

/** Runs parts one after the other, with what they print. */
async function shown(list) {
  for (const part of list) {
    console.log(`\n── ${part.name}`)
    await run(part, 'inherit')
  }
}

/**
 * Runs parts one after the other, and prints a line for each; what a part printed only if it failed.
 * @param more ends each line about a part that is running
 */
async function quietly(list, more) {
  for (const part of list) {
    console.log(`── ${part.name} …`)
    said += 1
    const file = join(reports, `said-${said}`)
    const output = openSync(file, 'w')
    const began = performance.now()
    const still = setInterval(() => {
      const seconds = ((performance.now() - began) / 1000).toFixed(0)
      console.log(`── ${part.name} … ${seconds} s${more()}`)
    }, STILL)
    const { failed, passed, seconds } = await run(part, output)
    clearInterval(still)
    closeSync(output)
    if (failed) console.log(readFileSync(file, 'utf8'))
    console.log(`── ${part.name}: ${failed ? 'failed' : `${passed} passed`} (${seconds.toFixed(0)} s)`)
  }
}

async function run(part, output) {
  const started = performance.now()
  const outcome = await outcomeOf(part, join(reports, `${part.name.replaceAll(/\W+/g, '-')}.json`), output)
  const one = { name: part.name, seconds: (performance.now() - started) / 1000, ...outcome }
  summary.push(one)
  return one
}

async function outcomeOf({ command, cwd, report: by, env, node: major }, file, output) {
  const { program, ...outcome } = major ? nodeOrOutcome(major) : { program: node }
  if (!program) return outcome
  const written = by === 'gates' ? openSync(file, 'w') : output
  const child = spawn(program, by === 'vitest' ? [...command, `--outputFile.json=${file}`] : command, {
    cwd,
    env: {
      ...withNode(program),
      TEST_NODE: values.node,
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
      BEGUN_FILE: begunFile(file),
      TIMES_FILE: timesFile,
      ...env,
    },
    stdio: ['ignore', written, output],
    timeout: MINUTES * 60_000,
  })
  const status = await new Promise((done) => {
    child.on('error', () => done(null))
    child.on('exit', (code) => done(code))
  })
  const report = by && { by, file }
  return { ...count(status, report), reds: failed(report, cwd) }
}

function given() {
  try {
    const [node, quarter, minutes] = Array(3).fill({ type: 'string' })
    const [all, times] = Array(2).fill({ type: 'boolean' })
    return parseArgs({ options: { node, all, quarter, minutes, times } }).values
  } catch ({ message }) {
    return refuse(message)
  }
}
