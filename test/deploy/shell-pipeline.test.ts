// usertwo/gates.sh, with npm and npx that only note what they are called with: what runs, in which order, what is
// written of it, and how it ends. pipelines-run.long.test.ts runs it with the real ones.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pipelineFacts } from '../../cli/ci/facts.js'
import { pipeline } from '../../cli/ci/pipelines.js'
import { phases } from '../../src/phases/index.js'

const SHELLS = ['sh', 'dash', 'bash'].filter((name) => spawnSync(name, ['-c', 'exit 0']).status === 0)

let place: string
let folder: string
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'usertwo shell '))
  folder = join(place, 'packages', 'the app')
  const bin = join(place, 'bin')
  for (const one of [bin, join(place, '.git'), join(folder, 'usertwo')]) mkdirSync(one, { recursive: true })
  for (const name of ['package.json', 'package-lock.json']) writeFileSync(join(folder, name), '{}')
  // FAILS: commands that fail, each between bars.
  const noted = (name: string) =>
    `#!/bin/sh\necho "${name} $*" >> "$NOTES"\ncase "$FAILS" in *"|$1 $2 $3|"*|*"|$1|"*) exit 1 ;; esac\n`
  for (const name of ['npm', 'npx']) {
    writeFileSync(join(bin, name), noted(name))
    chmodSync(join(bin, name), 0o755)
  }
  // What `usertwo verdict` would have written.
  writeFileSync(join(folder, 'usertwo.gate.json'), '{}')
  const config = { app: { start: ['node'], env: {} }, spa: { index: '/' } }
  const { file, text } = pipeline('shell', pipelineFacts(folder, config))
  writeFileSync(join(folder, file), text)
})
beforeEach(() => rmSync(join(folder, 'usertwo-gate'), { recursive: true, force: true }))
afterAll(() => rmSync(place, { recursive: true }))

function run(shell: string, ...fails: string[]) {
  const notes = join(place, 'notes')
  rmSync(notes, { force: true })
  const env = { PATH: `${join(place, 'bin')}:/usr/bin:/bin`, NOTES: notes, FAILS: `|${fails.join('|')}|` }
  const { status, stdout } = spawnSync(shell, [join(folder, 'usertwo', 'gates.sh')], {
    cwd: '/',
    env,
    encoding: 'utf8',
  })
  const verdict = join(folder, 'usertwo-gate', 'verdict.txt')
  return {
    status,
    stdout,
    ran: readFileSync(notes, 'utf8').trim().split('\n'),
    verdict: existsSync(verdict) ? readFileSync(verdict, 'utf8').trim().split('\n').filter(Boolean) : [],
  }
}
const gateOf = (number: number) =>
  `npx usertwo gate ${number} --reporter table,junit,markdown,html --output usertwo-gate/${number} --part usertwo-gate/${number}`

describe.each(SHELLS)('by %s, from another folder', (shell) => {
  test('installs, scans all packages, runs each gate, prints the table and ends with 0', () => {
    const { status, stdout, ran, verdict } = run(shell)
    expect(ran).toEqual([
      'npm ci',
      'npx playwright install --with-deps chromium',
      'npx usertwo scan ../.. --sarif',
      ...phases.map(({ number }) => gateOf(number)),
      'npx usertwo verdict usertwo-gate',
    ])
    expect(verdict).toEqual(phases.map(({ number, name }) => `${number} ${name}: GO`))
    expect([stdout.trim().split('\n'), status]).toEqual([verdict, 0])
    expect(existsSync(join(folder, 'usertwo-gate', 'usertwo.gate.json'))).toBe(true)
  })

  test.each(phases.map(({ number }) => number))(
    'ends with 1 where phase %i is NO-GO, and runs none that needs it',
    (red) => {
      const { status, ran, verdict } = run(shell, `usertwo gate ${red}`)
      const notGo = new Map<number, string>([[red, 'NO-GO']])
      for (const { number, needs } of phases) {
        const need = needs.find((one) => notGo.has(one))
        if (need !== undefined) notGo.set(number, `not run, phase ${need} is not GO`)
      }
      expect(verdict).toEqual(
        phases.map(({ number, name }) => `${number} ${name}: ${notGo.get(number) ?? 'GO'}`),
      )
      const gates = phases.filter(({ number }) => number === red || !notGo.has(number))
      expect(ran.filter((one) => one.includes(' gate '))).toEqual(gates.map(({ number }) => gateOf(number)))
      expect(ran).not.toContain('npx usertwo verdict usertwo-gate')
      expect(existsSync(join(folder, 'usertwo-gate', 'usertwo.gate.json'))).toBe(false)
      expect(status).toBe(1)
    },
  )

  test.each(['ci', 'playwright install --with-deps', 'usertwo scan ../..'])(
    'runs no gate where “%s” fails, and keeps no verdict of the run before',
    (fails) => {
      run(shell)
      const { status, ran, verdict } = run(shell, fails)
      expect(status).not.toBe(0)
      expect(ran.filter((one) => one.includes(' gate '))).toEqual([])
      expect(verdict).toEqual([])
    },
  )
})
