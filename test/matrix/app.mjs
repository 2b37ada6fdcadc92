// A whole app under the gate: what a user of the command line would run in its folder.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const MINUTES = 20
const SOUND = ['pass', 'waived']

/**
 * The gate of an app, with every mutant when `prove`. Wrong is each check that is not green and each mutant that
 * stayed so; the results are what the checks tried.
 * @param app its folder or its configuration, a path from `test/`
 * @param gate one phase's; default: all eight
 * @param only the checks to run; default: all
 */
export async function gated(app, { gate, prove = false, only = [] }) {
  const config = fileURLToPath(new URL(`../${app}`, import.meta.url))
  const chosen = [...(gate ? [gate] : []), ...(only.length ? ['--only', only.join()] : [])]
  const args = [CLI, 'gate', ...chosen, '--config', config, '--json', ...(prove ? ['--prove'] : [])]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const late = setTimeout(() => child.kill('SIGTERM'), MINUTES * 60_000)
  const printed = { stdout: '', stderr: '' }
  for (const sink of ['stdout', 'stderr']) child[sink].on('data', (text) => (printed[sink] += text))
  const [code, signal] = await once(child, 'close')
  clearTimeout(late)
  if (!printed.stdout.startsWith('{'))
    return { queries: 1, wrong: 1, first: `ended with ${signal ?? code}\n${printed.stderr.trim()}` }
  return counted(JSON.parse(printed.stdout), code, gate ? `gate ${gate}` : 'all gates')
}

function counted({ go, phases, proved }, code, asked) {
  const checks = phases.flatMap(({ checks }) => checks)
  const red = checks.filter(({ verdict }) => !SOUND.includes(verdict))
  const waived = checks.filter(({ verdict }) => verdict === 'waived').length
  const idle = checks.filter(({ nothingToDo }) => nothingToDo).length
  const problems = [
    ...red.map(({ id, verdict, evidence }) => `${id}: ${verdict}: ${evidence[0]?.what}`),
    ...proved.survived.map(({ check, mutant }) => `${check} stayed green with ${mutant}`),
    // Whatever else it is that makes the gate NO-GO.
    ...(go && code === 0 ? [] : ['NO-GO']),
  ]
  return {
    queries: checks.reduce((sum, { exercised }) => sum + exercised, 0),
    wrong: problems.length,
    first: problems[0] ?? null,
    said: `${asked}: ${checks.length - red.length - waived} of ${checks.length} checks passed, ${idle} with nothing to do, ${waived} waived; ${proved.red} of ${proved.mutants} mutants red`,
  }
}
