// npm run bench: its help, and one line for each wrong command line, before anything is built or measured.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

interface Benches {
  BENCHES: Record<string, unknown>
  usageOf(name: string): string
  parseBench(args: string[]): { name: string; values: Record<string, unknown> } | null
}

const ROOT = new URL('..', import.meta.url)
const { BENCHES, usageOf, parseBench } = (await import(
  new URL('scripts/bench/benches.mjs', ROOT).href
)) as Benches
const bench = (...args: string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('scripts/bench.mjs', ROOT)), ...args], {
    encoding: 'utf8',
  })

test('--help prints each bench and option, and ends with 0', () => {
  const { status, stdout, stderr } = bench('--help')
  expect([status, stderr]).toEqual([0, ''])
  for (const name of Object.keys(BENCHES)) expect(stdout).toContain(`  ${usageOf(name)}\n`)
  for (const [, option] of stdout.matchAll(/\[--(\w+)/g)) expect(stdout).toMatch(`\n  --${option} `)
})

test('each file of bench/ that can be run is a bench, and the page on performance has its line', () => {
  const folder = new URL('bench/', ROOT)
  const files = readdirSync(folder).filter(
    (file) =>
      file.endsWith('.mjs') &&
      /^export async function run\(/m.test(readFileSync(new URL(file, folder), 'utf8')),
  )
  expect(files.sort()).toEqual(
    Object.keys(BENCHES)
      .map((name) => `${name}.mjs`)
      .sort(),
  )
  const page = readFileSync(new URL('docs/reference/measurements.md', ROOT), 'utf8')
  const lines = page.split('\n').filter((line) => line.startsWith('npm run bench -- '))
  expect(lines).toEqual(Object.keys(BENCHES).map(usageOf))
})

test.each<[string, RegExp]>([
  ['', /which bench: scope, plans, .*--help/],
  ['sope', /sope is not a bench: scope, /],
  ['scope --wat', /Unknown option '--wat'; .*--help/],
  ['scope --rounds', /--rounds .*argument missing; .*--help/],
  ['scope --rounds 0', /--rounds 0: expected a whole number from 1/],
  ['scope --rounds many', /--rounds many: expected a whole number from 1/],
  ['scope --query table', /--query table: allowed are row, page, list/],
  ['plans --by pg', /plans does not take --by; npm run bench -- plans \[--rounds N\]/],
  ['limits --rounds 3', /limits does not take --rounds/],
  ['timing --only login --only logout', /--only logout: allowed are login, register, forgot/],
  ['start --beside nowhere', /--beside nowhere: no such file or folder/],
  ['plans again', /unexpected argument "again"/],
])('bench %s is one line that says what is allowed', (line, says) => {
  const { status, stdout, stderr } = bench(...line.split(' ').filter(Boolean))
  expect([status, stdout]).toEqual([64, ''])
  expect(stderr).toMatch(says)
  expect(stderr.trimEnd()).not.toContain('\n')
})

test('what is right reaches the bench, with its default number of rounds', () => {
  expect(parseBench(['timing', '--only', 'login', '--json'])).toEqual({
    name: 'timing',
    values: { only: ['login'], json: true, rounds: 400 },
  })
  expect(parseBench(['limits', '--write'])!.values).toEqual({ write: true, json: false, rounds: 1 })
  expect(parseBench(['-h'])).toBeNull()
})
