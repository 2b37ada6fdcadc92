// What runs on a major of PostgreSQL or of Node besides many users at once and apps: tests, and the fuzz.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../../scripts/prepare/step.mjs'

const MINUTES = 15
const FUZZ = ['--reads', '1000', '--writes', '1000', '--seed', '1']

/** Tests by their files, in an environment with more in it; each that fails is wrong. */
export async function tested(files, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-tests-'))
  const file = join(folder, 'tests.json')
  const vitest = join('node_modules', 'vitest', 'vitest.mjs')
  const { code, printed } = await run(
    [vitest, 'run', ...files, '--reporter=json', `--outputFile=${file}`],
    env,
  )
  try {
    const { numFailedTests, numPassedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'))
    const failed = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .find(({ status }) => status === 'failed')
    const wrong = numFailedTests
    return {
      queries: numPassedTests + numFailedTests,
      wrong: code === 0 ? wrong : Math.max(1, wrong),
      first: failed ? `${failed.fullName}\n${failed.failureMessages[0]}` : code === 0 ? null : printed,
      said: `${numPassedTests} of ${numPassedTests + numFailedTests} tests`,
    }
  } catch {
    return { queries: 1, wrong: 1, first: printed }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Random reads and writes behind each layer alone; each that differs is wrong. */
export async function fuzzed() {
  const { code, printed } = await run([join('scripts', 'fuzz.mjs'), ...FUZZ])
  const [, compared, differ] = /(\d+) compared, (\d+) differ\s*$/.exec(printed) ?? []
  if (compared === undefined || (code !== 0 && differ === '0'))
    return { queries: 1, wrong: 1, first: printed.trim().slice(-2000) }
  const wrong = Number(differ)
  return { queries: Number(compared), wrong, first: wrong ? printed : null, said: `fuzz: ${differ} differ` }
}

async function run(args, env = {}) {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const late = setTimeout(() => child.kill('SIGTERM'), MINUTES * 60_000)
  let printed = ''
  for (const sink of ['stdout', 'stderr']) child[sink].on('data', (text) => (printed += text))
  const [code] = await once(child, 'close')
  clearTimeout(late)
  return { code, printed }
}
