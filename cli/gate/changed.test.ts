import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { scratchOf } from '../../proof/gate/app/scratch.js'
import { environmentPrint, type Inputs, loadable, readInputs } from '../../proof/gate/kept/inputs.js'
import type { PhaseResult } from '../../proof/gate/run/run-phase.js'
import { suites } from '../../proof/gate/run/suites.js'
import { parseConfig } from '../../src/config/config.js'
import { fingerprint } from '../../src/record/fingerprints.js'
import type { GateRecord } from '../../src/record/record.js'
import { chooseChanged } from './changed.js'

const place = mkdtempSync(join(tmpdir(), 'usertwo-changed-'))
const workspace = join(place, 'workspace')
const folder = join(workspace, 'packages', 'app')
const data = join(place, 'data')
const parts = { app: { start: ['node', 'a.js'] }, owner: { id: 1 }, users: { table: 'users' }, tables: {} }
const ALL = suites.map(({ number }) => number)

/** An app of a workspace, with one of each file that a gate may read. */
const FILES: Record<string, string> = {
  'package.json': '{}',
  'package-lock.json': '{}',
  'packages/shared/index.js': '1',
  'node_modules/express/index.js': '1',
  'packages/app/package.json': '{}',
  'packages/app/a.js': '1',
  'packages/app/src/store.js': '1',
  'packages/app/migrations/1.sql': 'create table a (id int)',
  'packages/app/seed.js': '1',
  'packages/app/views/page.ejs': '<p>',
  'packages/app/static/a.css': 'a {}',
  'packages/app/usertwo.config.js': 'export default {}',
  'packages/app/usertwo/inventory.json': '{}',
  'packages/app/usertwo/baseline.har': '{}',
  'packages/app/.env': 'A=1',
  'packages/app/README.md': 'a',
  'packages/app/node_modules/pg/index.js': '1',
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

beforeAll(() => {
  for (const [name, text] of Object.entries(FILES)) write(join(workspace, name), text)
  symlinkSync('../packages/shared', join(workspace, 'node_modules/shared'))
  mkdirSync(data)
})
afterAll(() => rmSync(place, { recursive: true }))

const project = (more = {}) => ({ folder, config: parseConfig({ ...parts, ...more }) })
/** Those that do not change here are read once. */
let inputs: (of: ReturnType<typeof project>) => () => Promise<(phase: number) => Inputs>
beforeAll(async () => {
  const all = (await readInputs(project(), null))(1)
  inputs = (of) => async () => {
    const configuration = fingerprint(JSON.stringify(of.config))
    const now = { ...all, ...loadable(folder), configuration, environment: environmentPrint(of.config) }
    return () => now
  }
}, 120_000)

const check = { id: 'a.b', title: '', proves: [], verdict: 'pass', exercised: 1, unit: '', evidence: [] }
const go = (phase: number, is = true): PhaseResult => {
  const one = { ...check, verdict: is ? 'pass' : 'fail', notes: [], routes: [], fix: '', ms: 0 }
  return { phase, name: '', go: is, checks: [one as never], proofs: [], ms: 0 }
}

/** Runs all phases with a GO, except for those named. */
async function gated(red: readonly number[] = []) {
  const chosen = await chooseChanged(project(), suites, data, inputs(project()))
  return chosen.complete(chosen.toRun.map(({ number }) => go(number, !red.includes(number))))
}
const next = async (of = project()) => {
  // What chooses forgets the gates that would run: on a copy.
  const copy = mkdtempSync(join(place, 'copy-'))
  cpSync(data, copy, { recursive: true })
  const chosen = await chooseChanged(of, suites, copy, inputs(of))
  return { phases: chosen.toRun.map(({ number }) => number), said: chosen.lines }
}

test('the first time all phases run, and then none, each with its reason', async () => {
  expect((await next()).said[0]).toBe('1 inventory: run, no earlier gate is kept')
  expect((await gated()).map(({ phase }) => phase)).toEqual(ALL)
  const { phases, said } = await next()
  expect(phases).toEqual([])
  expect(said[5]).toMatch(/^6 isolation: not run, nothing that it reads has changed since 20/)
  const again = await gated()
  expect(again.map(({ phase }) => phase)).toEqual(ALL)
  expect(again[0]!.checks[0]!.notes[0]).toMatch(/^not run again/)
}, 60_000)

describe('after one change all phases run', () => {
  test.each(Object.keys(FILES))(
    'of %s, and of a file next to it',
    async (name) => {
      await gated()
      const file = join(workspace, name)
      writeFileSync(file, `${FILES[name]} `)
      expect((await next()).phases).toEqual(ALL)
      writeFileSync(file, FILES[name]!)
      if (name.includes('node_modules')) await gated()
      expect((await next()).phases).toEqual([])
      const more = join(dirname(file), 'more.js')
      writeFileSync(more, '')
      expect((await next()).phases).toEqual(ALL)
      rmSync(more)
      expect((await next()).phases).toEqual([])
    },
    60_000,
  )

  test('of the configuration, a waiver or a variable of the environment', async () => {
    await gated()
    const waivers = [{ check: 'isolation.files', reason: 'it is known', until: '2099-01-01' }]
    expect((await next(project({ waivers }))).phases).toEqual(ALL)
    expect((await next(project({ owner: { id: 2 } }))).phases).toEqual(ALL)
    vi.stubEnv('TOKEN_STYLE', 'x')
    const { phases, said } = await next()
    vi.unstubAllEnvs()
    expect([phases, said[0]]).toEqual([ALL, '1 inventory: run, changed: the environment'])
    expect((await next()).phases).toEqual([])
  }, 60_000)

  test.each([
    ['a link of the app', 'packages/app/outside'],
    ['a package that is linked', 'node_modules/linked'],
  ])(
    'that cannot be seen, behind %s that leads out of the workspace',
    async (_, name) => {
      await gated()
      symlinkSync(data, join(workspace, name))
      await gated()
      const { phases, said } = await next()
      expect([phases, said[0]]).toEqual([ALL, expect.stringMatching(/^1 inventory: run, not readable: /)])
      rmSync(join(workspace, name))
      await gated()
    },
    60_000,
  )
})

test('a phase that was NO-GO, or had no verdict, runs again; the others do not', async () => {
  await gated()
  write(join(folder, 'a.js'), '2')
  await gated([6])
  expect((await next()).phases).toEqual([6])
  // A run that ends without a verdict.
  await chooseChanged(project(), suites, data, inputs(project()))
  const { phases, said } = await next()
  expect([phases, said[5]]).toEqual([[6], '6 isolation: run, no earlier gate is kept'])
  write(join(folder, 'a.js'), '1')
}, 60_000)

test('a phase that was not run keeps its older GO only where that one is of the same files', async () => {
  await gated()
  const chosen = await chooseChanged(project(), suites, data, inputs(project()))
  const prints = { config: 'c', routes: null, lockfile: null, usertwo: '1', schema: null }
  const recorded = (files: string, at: string): GateRecord => ({
    format: 3,
    phases: { 1: { go: true, at, ...prints, files } },
  })
  const [now, older, others] = [recorded('a', 'now'), recorded('a', 'before'), recorded('b', 'before')]
  expect(chosen.withOlder(now, older)).toEqual(older)
  const { at, files } = chosen.withOlder(now, others).phases[1]!
  expect([files, at]).toEqual(['a', expect.stringMatching(/^\d{4}-/)])
}, 60_000)

test('a change while the gates run counts as a change', async () => {
  const of = project({ owner: { id: 3 } })
  const chosen = await chooseChanged(of, suites, data, inputs(of))
  write(join(folder, 'src/store.js'), '2')
  await chosen.complete(ALL.map((phase) => go(phase)))
  expect((await next(of)).phases).toEqual(ALL)
  write(join(folder, 'src/store.js'), '1')
}, 60_000)

test('a file that does not count is not in the copy that the app under test runs in', async () => {
  await gated()
  const names = ['usertwo.gate.json', 'usertwo-gate/gate.html', 'usertwo.sarif', '.github/workflows/a.yml']
  for (const name of [...names, '.gitlab-ci.yml', 'a.log']) write(join(folder, name), '1')
  expect((await next()).phases).toEqual([])
  const copy = await scratchOf(folder, place)
  expect(() => readFileSync(join(copy.folder, 'a.js'))).not.toThrow()
  for (const name of names) expect(() => readFileSync(join(copy.folder, name)), name).toThrow('ENOENT')
  await copy.remove()
}, 60_000)
