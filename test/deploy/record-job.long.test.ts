// The written pipelines, executed job by job on a real repository: who may write the record, and what a start in production
// then allows. The gates themselves only note a GO here; pipelines-run.long.test.ts runs the real ones.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { pipelineFacts } from '../../cli/ci/facts.js'
import { pipeline, type SERVERS } from '../../cli/ci/pipelines.js'
import { parseConfig } from '../../src/config/config.js'
import { phases } from '../../src/phases/index.js'
import { recordAtStart } from '../../src/record/at-start.js'
import { configPrint } from '../../src/record/config-print.js'
import { build } from '../support/built.js'

const DIST = fileURLToPath(new URL('../../dist', import.meta.url))
const GATE = 'usertwo-gate'
const SCHEMA = { 'table public.notes': 's' }

let place: string
let bin: string
let origin: string
let owner: string

beforeAll(async () => {
  await build()
  place = mkdtempSync(join(tmpdir(), 'usertwo-record-job-'))
  bin = join(place, 'bin')
  mkdirSync(bin)
  writeFileSync(join(place, 'gate.mjs'), GATE_PROGRAM)
  const node = process.execPath
  const programs = {
    npm: 'exit 0',
    // What a dependency, or the app itself, could do in any job that runs it.
    npx: `git push --quiet origin HEAD:refs/heads/main HEAD:refs/heads/forged 2>/dev/null
case "$1 $2" in
  "usertwo verdict") shift; exec '${node}' '${DIST}/cli/main.js' "$@" ;;
  "usertwo gate") shift; exec '${node}' '${place}/gate.mjs' "$@" ;;
  *) exit 0 ;;
esac`,
  }
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >> "$RAN"\n${text}\n`)
    chmodSync(join(bin, name), 0o755)
  }
}, 300_000)
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Notes a GO of its phase by the functions of `usertwo gate`; a phase in RED is NO-GO. */
const GATE_PROGRAM = `
import { loadProject } from '${DIST}/proof/gate/project.js'
import { boundNow } from '${DIST}/proof/gate/run/recording.js'
import { writePart } from '${DIST}/cli/gate/parts.js'
const [, phase, ...args] = process.argv.slice(2)
if (process.env.RED?.split(',').includes(phase)) process.exit(1)
const schema = Number(phase) < 6 ? null : JSON.parse(process.env.SCHEMA)
const go = { go: true, at: new Date().toISOString(), ...boundNow(await loadProject('.')), schema }
writePart(args[args.indexOf('--part') + 1], { format: 3, phases: { [phase]: go } })
`

const CONFIG = `export default {
  app: { start: ['node', 'app.js'] }, owner: { id: 1 }, users: { table: 'users' }, tables: { notes: { owner: 'user_id' } },
}\n`

const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, WRITES: 'yes' },
  }).trim()

function write(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** A repository that only a token with the right to write may push to. */
beforeEach(() => {
  const here = mkdtempSync(join(place, 'repository-'))
  origin = join(here, 'origin.git')
  owner = join(here, 'owner')
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', origin])
  writeFileSync(join(origin, 'hooks', 'pre-receive'), '#!/bin/sh\n[ "$WRITES" = yes ]\n', { mode: 0o755 })
  git(here, 'clone', '--quiet', origin, owner)
  git(owner, 'checkout', '--quiet', '-b', 'main')
  write(owner, { 'usertwo.config.js': CONFIG, 'app.js': '1', 'package.json': '{"type":"module"}' })
  write(owner, { 'usertwo/inventory.json': '{"routes":[]}', 'package-lock.json': '{}' })
  const config = { app: { start: ['node'], env: {} }, spa: false as const }
  for (const server of ['github', 'gitlab', 'shell'] as (typeof SERVERS)[number][]) {
    const { file, text } = pipeline(server, pipelineFacts(owner, config))
    write(owner, { [file]: text })
  }
  push('the app')
})

/** @returns the commit */
function push(message: string, branch = 'main'): string {
  git(owner, 'add', '--all')
  git(owner, 'commit', '--quiet', '--allow-empty', '-m', message)
  git(owner, 'push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`)
  return git(owner, 'rev-parse', 'HEAD')
}

interface Running {
  run?: { 'working-directory'?: string }
}
interface Step {
  run?: string
  'working-directory'?: string
  uses?: string
  if?: string
  with?: Record<string, string>
}
interface Job {
  defaults?: Running
  needs?: string[]
  if?: string
  env?: Record<string, string>
  permissions?: Record<string, string>
  steps: Step[]
}
interface Event {
  name: 'push' | 'pull_request'
  ref: string
  sha: string
  /** its token never writes, whatever the workflow asks for */
  isFork?: boolean
  vars?: Record<string, string>
  env?: Record<string, string>
  /** called before the job begins */
  before?(job: string): void
}
type Outcome = 'success' | 'failure' | 'skipped'

/** These expressions mean in JavaScript what they mean to GitHub. */
function evaluated(expression: string, { name, ref, sha, vars = {} }: Event, needs: Record<string, Outcome>) {
  const format = (pattern: string, ...values: unknown[]) =>
    pattern.replace(/\{(\d)\}/g, (_, at) => String(values[Number(at)]))
  const github = { event_name: name, ref, sha, event: { repository: { default_branch: 'main' } } }
  const runner = { temp: join(place, 'runner') }
  const results = Object.fromEntries(Object.entries(needs).map(([job, result]) => [job, { result }]))
  const text = expression.replace(/needs\.([\w-]+)/g, `needs['$1']`)
  const make = new Function('github', 'runner', 'vars', 'needs', 'format', 'always', `return ${text}`)
  return make(github, runner, vars, results, format, () => true) as unknown
}

/** Runs the workflow of the commit as GitHub does: each job in a checkout of its own. */
function github(event: Event) {
  const outcomes: Record<string, Outcome> = {}
  const artifacts: Record<string, string> = {}
  const ran: Record<string, string[]> = {}
  const said: Record<string, string> = {}
  const filled = (text: string) =>
    text.replace(/\$\{\{(.*?)\}\}/g, (_, one) => String(evaluated(one, event, outcomes)))
  const text = execFileSync('git', ['show', `${event.sha}:.github/workflows/usertwo.yml`], {
    cwd: origin,
    encoding: 'utf8',
  })
  const workflow = parseYaml(text) as {
    permissions: Record<string, string>
    defaults?: Running
    jobs: Record<string, Job>
  }
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const goesOn = (job.needs ?? []).every((need) => outcomes[need] === 'success')
    const asked = job.if === undefined || evaluated(job.if, event, outcomes)
    if (!asked || (!goesOn && job.if !== 'always()')) {
      outcomes[name] = 'skipped'
      continue
    }
    event.before?.(name)
    const folder = mkdtempSync(join(place, `${name}-`))
    rmSync(join(place, 'runner'), { recursive: true, force: true })
    const writes = (job.permissions ?? workflow.permissions).contents === 'write' && !event.isFork
    const notes = join(place, 'ran')
    writeFileSync(notes, '')
    const env = {
      PATH: `${bin}:/usr/bin:/bin`,
      RAN: notes,
      WRITES: writes ? 'yes' : 'no',
      GITHUB_STEP_SUMMARY: join(place, 'summary'),
      RUNNER_TEMP: join(place, 'runner'),
      SCHEMA: JSON.stringify(SCHEMA),
      ...event.env,
      ...Object.fromEntries(Object.entries(job.env ?? {}).map(([key, value]) => [key, filled(value)])),
    }
    outcomes[name] = 'success'
    said[name] = ''
    for (const step of job.steps) {
      if (outcomes[name] !== 'success' && step.if !== 'always()') continue
      const path = join(folder, filled(step.with?.path ?? ''))
      if (step.uses?.startsWith('actions/checkout')) {
        git(place, 'clone', '--quiet', '--no-checkout', origin, folder)
        git(folder, 'checkout', '--quiet', event.sha)
      } else if (step.uses?.startsWith('actions/upload-artifact')) {
        const kept = mkdtempSync(join(place, 'artifact-'))
        if (!existsSync(path)) continue
        cpSync(path, path.endsWith('.json') ? join(kept, basename(path)) : kept, {
          recursive: true,
          verbatimSymlinks: true,
        })
        artifacts[step.with!.name!] = kept
      } else if (step.uses?.startsWith('actions/download-artifact')) {
        const to = filled(step.with!.path!).startsWith('/') ? filled(step.with!.path!) : path
        const one = step.with!.name
        const pattern = new RegExp(`^${(step.with!.pattern ?? 'x').replaceAll('*', '.*')}$`)
        const found = Object.entries(artifacts).filter(([kept]) => (one ? kept === one : pattern.test(kept)))
        if (one && !found.length) outcomes[name] = 'failure'
        for (const [kept, from] of found)
          cpSync(from, one ? to : join(to, kept), { recursive: true, verbatimSymlinks: true })
      } else if (step.run) {
        const byDefault = { ...workflow.defaults?.run, ...job.defaults?.run }['working-directory']
        const cwd = join(folder, step['working-directory'] ?? byDefault ?? '.')
        const done = spawnSync('bash', ['-e', '-c', step.run], { cwd, env, encoding: 'utf8' })
        said[name] += done.error?.message ?? done.stdout + done.stderr
        if (done.status !== 0) outcomes[name] = 'failure'
      }
    }
    ran[name] = readFileSync(notes, 'utf8').split('\n').filter(Boolean)
  }
  return { outcomes, ran, said, artifacts }
}

/** What a start of the deployed branch says of registration; null: it may open. */
function production(branch = 'main', config = CONFIG): string | null {
  const folder = mkdtempSync(join(place, 'deployed-'))
  git(place, 'clone', '--quiet', '--branch', branch, origin, folder)
  const given = new Function(`return ${config.replace('export default', '')}`)() as object
  const record = recordAtStart(8, { ENVIRONMENT: 'production', USERTWO_DATA: join(folder, '.none') }, folder)
  const problem = record.problem(6, configPrint(parseConfig(given)), SCHEMA)
  rmSync(folder, { recursive: true })
  return problem
}

const branches = () =>
  git(origin, 'for-each-ref', '--format=%(refname:short)', 'refs/heads').split('\n').sort()
const tip = (branch = 'main') => git(origin, 'rev-parse', `refs/heads/${branch}`)
const main = { name: 'push', ref: 'refs/heads/main' } as const

describe('the workflow of GitHub', () => {
  test('records a push to the default branch, and production opens registration', () => {
    const sha = tip()
    expect(production()).toBe('no recorded GO for phase 8')
    const { outcomes, said } = github({ ...main, sha })
    expect(outcomes, JSON.stringify(said)).toMatchObject({ verdict: 'success', record: 'success' })
    expect(git(origin, 'log', '--format=%s', '-1', 'main')).toBe(`chore: record the gates of ${sha}`)
    expect(git(origin, 'rev-parse', 'main^')).toBe(sha)
    expect(git(origin, 'diff', '--name-only', sha, 'main')).toBe('usertwo.gate.json')
    expect(production()).toBeNull()
    const record = JSON.parse(git(origin, 'show', 'main:usertwo.gate.json'))
    expect([record.format, Object.keys(record.phases).length]).toEqual([3, 8])
  })

  test('does not record its own commit again, on a server that runs a pipeline for that one too', () => {
    github({ ...main, sha: tip() })
    const recorded = tip()
    const { outcomes, said } = github({ ...main, sha: recorded })
    expect(outcomes).toMatchObject({ verdict: 'success', record: 'success' })
    expect(said.record).toContain('the record says so already')
    expect(tip()).toBe(recorded)
  })

  test('records the GO of a package of a monorepo next to its configuration', () => {
    mkdirSync(join(owner, 'packages/app'), { recursive: true })
    const files = ['usertwo.config.js', 'app.js', 'package.json', 'package-lock.json', 'usertwo']
    git(owner, 'rm', '--quiet', '-r', '.github')
    git(owner, 'mv', ...files, 'packages/app')
    const app = join(owner, 'packages/app')
    const { file, text } = pipeline('github', pipelineFacts(app, { app: { start: ['node'] }, spa: false }))
    write(app, { [file]: text })
    const sha = push('a monorepo')
    const { outcomes, said } = github({ ...main, sha })
    expect(outcomes, JSON.stringify(said)).toMatchObject({ verdict: 'success', record: 'success' })
    expect(git(origin, 'diff', '--name-only', sha, 'main')).toBe('packages/app/usertwo.gate.json')
  })

  test('lets only a job write that installs nothing and runs nothing of the app', () => {
    const text = readFileSync(join(owner, '.github/workflows/usertwo.yml'), 'utf8')
    const { permissions, jobs } = parseYaml(text) as {
      permissions: Record<string, string>
      jobs: Record<string, Job>
    }
    expect(permissions).toEqual({ contents: 'read' })
    const writing = Object.entries(jobs).filter(([, job]) => job.permissions?.contents === 'write')
    expect(writing.map(([name]) => name)).toEqual(['record'])
    expect(text).not.toContain('pull_request_target')
    const [, record] = writing[0]!
    expect(record.steps.map(({ uses }) => uses)).toEqual([
      'actions/checkout@v4',
      'actions/download-artifact@v4',
      undefined,
    ])
    const { ran } = github({ ...main, sha: tip() })
    expect(ran.record).toEqual([])
    // The other jobs ran npx, which tried to push.
    expect(ran['phase-6']).toContainEqual(expect.stringMatching(/^npx usertwo gate 6 /))
    expect(branches()).toEqual(['main'])
  })

  test.each([false, true])(
    'a pull request changes nothing that production reads; of a fork: %s',
    (isFork) => {
      const before = tip()
      // It asks for all rights, and runs its last job whatever happens.
      const file = join(owner, '.github/workflows/usertwo.yml')
      const text = readFileSync(file, 'utf8')
      git(owner, 'checkout', '--quiet', '-b', 'change')
      write(owner, { 'app.js': '2' })
      const asItIs = push('a change', 'change')
      const ref = 'refs/pull/1/merge'
      const { outcomes } = github({ name: 'pull_request', ref, sha: asItIs, isFork })
      expect(outcomes).toMatchObject({ verdict: 'success', record: 'skipped' })
      expect([tip(), production()]).toEqual([before, 'no recorded GO for phase 8'])
      if (!isFork) return
      writeFileSync(
        file,
        text.replace('contents: read', 'contents: write').replace(/ {4}if: github\..*\n/, ''),
      )
      const forged = push('a forged workflow', 'change')
      github({ name: 'pull_request', ref, sha: forged, isFork })
      expect([tip(), production(), branches()]).toEqual([
        before,
        'no recorded GO for phase 8',
        ['change', 'main'],
      ])
    },
  )

  test('a push to another branch is not recorded', () => {
    const sha = push('a change', 'change')
    const { outcomes } = github({ name: 'push', ref: 'refs/heads/change', sha })
    expect(outcomes).toMatchObject({ verdict: 'success', record: 'skipped' })
    expect(production('change')).toBe('no recorded GO for phase 8')
  })

  test('a failed gate records nothing: the record before holds where its fingerprints are the same', () => {
    github({ ...main, sha: tip() })
    git(owner, 'pull', '--quiet', 'origin', 'main')
    write(owner, { 'app.js': '3' })
    const sha = push('a leak')
    // Between the push and its record, and after a NO-GO: the configuration, routes and schema are those of the record.
    expect(production()).toBeNull()
    const { outcomes } = github({ ...main, sha, env: { RED: '6' } })
    expect(outcomes).toMatchObject({ 'phase-6': 'failure', verdict: 'failure', record: 'skipped' })
    expect([tip(), production()]).toEqual([sha, null])
    // Another inventory closes registration until its own record.
    write(owner, { 'usertwo/inventory.json': '{"routes":[{"method":"GET","path":"/new"}]}' })
    const next = push('a route')
    expect(production()).toMatch('inventory of routes has changed')
    github({ ...main, sha: next })
    expect(production()).toBeNull()
  })

  test('writes to another branch, without force, for a platform to deploy from', () => {
    const vars = { USERTWO_BRANCH: 'production' }
    const first = tip()
    github({ ...main, sha: first, vars })
    expect([tip(), production('production')]).toEqual([first, null])
    write(owner, { 'usertwo/inventory.json': '{"routes":[{"method":"GET","path":"/new"}]}' })
    const second = push('a route')
    // Until the verdict, production has the app and the record of before.
    expect(production('production')).toBeNull()
    const recorded = tip('production')
    github({ ...main, sha: second, vars })
    expect([tip(), production('production')]).toEqual([second, null])
    expect(git(origin, 'log', '-1', '--format=%P', 'production')).toBe(`${second} ${recorded}`)
    expect(git(origin, 'diff', '--name-only', second, 'production')).toBe('usertwo.gate.json')
  })

  test('records nothing once the default branch has moved on', () => {
    const sha = tip()
    let later = ''
    const before = (job: string) => {
      if (job === 'record') later = push('a later push')
    }
    const { outcomes, said } = github({ ...main, sha, before })
    expect([outcomes.record, tip()]).toEqual(['success', later])
    expect(said.record).toMatch('main has moved on')
  })

  test('a part of another state of the app is not joined', () => {
    const sha = tip()
    const before = (job: string) => {
      if (job !== 'phase-7') return
      writeFileSync(
        join(place, 'gate.mjs'),
        GATE_PROGRAM.replace('...boundNow', "files: 'x', ...boundNow").replace(
          ', schema }',
          ", schema, files: 'x' }",
        ),
      )
    }
    try {
      const { outcomes, said } = github({ ...main, sha, before })
      expect(outcomes).toMatchObject({ 'phase-7': 'success', verdict: 'failure', record: 'skipped' })
      expect(said.verdict).toMatch('7 legacy: its gate ran with another state of the app’s files')
      expect(tip()).toBe(sha)
    } finally {
      writeFileSync(join(place, 'gate.mjs'), GATE_PROGRAM)
    }
  })
})

describe('the pipeline of GitLab', () => {
  const jobs = () => parseYaml(readFileSync(join(owner, '.gitlab-ci.yml'), 'utf8'))

  test('gives the token to one job alone, which installs nothing, after a push to the default branch', () => {
    const all = jobs() as Record<string, Record<string, unknown>>
    const record = all['usertwo-record']!
    expect(record).not.toHaveProperty('extends')
    expect(record).not.toHaveProperty('before_script')
    expect(record).toMatchObject({
      environment: 'usertwo-record',
      needs: ['usertwo-verdict'],
      rules: [{ if: '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' }],
    })
    const others = Object.entries(all).filter(([name]) => name !== 'usertwo-record')
    expect(JSON.stringify(others)).not.toMatch(/PUSH_TOKEN|environment|git push/)
    expect(all['usertwo-verdict']).toMatchObject({
      needs: phases.map(({ number }) => `phase-${number}`),
      script: [`npx usertwo verdict ${GATE}`],
    })
  })

  test('its job pushes the record, and without a token nothing', () => {
    const [script] = jobs()['usertwo-record'].script as [string]
    const run = (env: Record<string, string>) => {
      const folder = mkdtempSync(join(place, 'gitlab-'))
      git(place, 'clone', '--quiet', origin, folder)
      writeFileSync(join(folder, 'usertwo.gate.json'), '{"format":3,"phases":{}}')
      const local = script.replace(/REMOTE=.*/, `REMOTE=${origin}`)
      const common = { CI_COMMIT_SHA: tip(), CI_DEFAULT_BRANCH: 'main', WRITES: 'yes' }
      return spawnSync('sh', ['-c', local], {
        cwd: folder,
        env: { PATH: '/usr/bin:/bin', ...common, ...env },
        encoding: 'utf8',
      })
    }
    const sha = tip()
    expect(run({})).toMatchObject({
      status: 1,
      stdout: expect.stringMatching('USERTWO_PUSH_TOKEN is not set'),
    })
    expect(tip()).toBe(sha)
    const done = run({ USERTWO_PUSH_TOKEN: 'x' })
    expect([done.status, done.stderr]).toMatchObject([0, expect.anything()])
    expect(git(origin, 'show', 'main:usertwo.gate.json')).toBe('{"format":3,"phases":{}}')
  })
})

describe('the script for other servers', () => {
  const run = (folder: string, args: string[], env: Record<string, string> = {}) =>
    spawnSync('sh', [join(folder, 'usertwo/gates.sh'), ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: `${bin}:/usr/bin:/bin`, RAN: join(place, 'ran'), SCHEMA: JSON.stringify(SCHEMA), ...env },
    })

  test('leaves the record of a GO, which a second call commits', () => {
    const folder = mkdtempSync(join(place, 'shell-'))
    git(place, 'clone', '--quiet', origin, folder)
    const sha = tip()
    expect(run(folder, ['record'], { WRITES: 'yes' })).toMatchObject({ status: 1 })
    const gates = run(folder, [])
    expect(gates.status, gates.stdout + gates.stderr).toBe(0)
    expect(tip()).toBe(sha)
    writeFileSync(join(place, 'ran'), '')
    const recorded = run(folder, ['record'], { WRITES: 'yes' })
    expect(recorded.status, recorded.stderr).toBe(0)
    expect(readFileSync(join(place, 'ran'), 'utf8')).toBe('')
    expect(production()).toBeNull()
  })

  test('leaves none of a NO-GO, also where a run before was GO', () => {
    const folder = mkdtempSync(join(place, 'shell-'))
    git(place, 'clone', '--quiet', origin, folder)
    expect(run(folder, []).status).toBe(0)
    expect(run(folder, [], { RED: '6' }).status).toBe(1)
    expect(run(folder, ['record'], { WRITES: 'yes' })).toMatchObject({ status: 1 })
    expect(production()).toBe('no recorded GO for phase 8')
  })
})

test('a record that is a link is not committed, since it could lead to the token', () => {
  const folder = mkdtempSync(join(place, 'link-'))
  git(place, 'clone', '--quiet', origin, folder)
  mkdirSync(join(folder, GATE))
  symlinkSync('../.git/config', join(folder, GATE, 'usertwo.gate.json'))
  const { status, stdout } = spawnSync('sh', ['usertwo/gates.sh', 'record'], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', WRITES: 'yes' },
  })
  expect([status, stdout]).toEqual([1, 'there is no record\n'])
  expect(readdirSync(folder)).not.toContain('usertwo.gate.json')
})
