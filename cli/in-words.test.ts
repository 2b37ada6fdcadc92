import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freshDatabase } from '../test/support/postgres.js'
import { inWords } from './in-words.js'

const CONFIG = `export default { app: { start: ['node', 's.js'] }, owner: { id: 1 }, users: { table: 'users' } }`
let folder: string
let database: { url: string; adminUrl: string }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-words-'))
  database = await freshDatabase()
})
afterAll(() => rmSync(folder, { recursive: true }))

function usertwo(
  args: string[],
  config = CONFIG,
  env = {},
): Promise<{ code: number; out: string; said: string }> {
  writeFileSync(join(folder, 'usertwo.config.mjs'), config)
  const main = join(import.meta.dirname, '../dist/cli/main.js')
  return new Promise((resolve) =>
    execFile(
      'node',
      [main, ...args, '--config', folder],
      { env: { PATH: process.env.PATH, ...env } },
      (error, out, said) => resolve({ code: (error?.code as number) ?? 0, out, said }),
    ),
  )
}

const other = (change: Partial<URL>) => Object.assign(new URL(database.url), change).href

it.each<[string, () => string[], string, RegExp]>([
  [
    'a database that is not there',
    () => ['migrate', 'status', '--database', 'postgres://a@127.0.0.1:1/x'],
    CONFIG,
    /does not answer/,
  ],
  [
    'a wrong password',
    () => ['migrate', 'status', '--database', other({ password: 'no' })],
    CONFIG,
    /password authentication failed.*DATABASE_URL/,
  ],
  [
    'a missing database',
    () => ['migrate', 'status', '--database', other({ pathname: '/nowhere' })],
    CONFIG,
    /"nowhere" does not exist/,
  ],
  [
    'a schema that is not there',
    () => ['users', 'list', '--database', database.url],
    CONFIG,
    /usertwo migrate up/,
  ],
  [
    'a configuration with a syntax error',
    () => ['status'],
    'export default {\n  app: [,\n}',
    /cannot be loaded: Unexpected token.*; node .* shows where/,
  ],
  [
    'a configuration that throws',
    () => ['status'],
    'const x = undefined\nx.y()',
    /usertwo\.config\.mjs:2:\n {2}- cannot be loaded: Cannot read/,
  ],
  ['an unknown command', () => ['sttus'], CONFIG, /did you mean status/],
  ['an unknown action', () => ['migrate', 'upp'], CONFIG, /did you mean migrate up\?/],
  ['an unknown action of users', () => ['users', 'lst'], CONFIG, /did you mean users list\?/],
  ['an unknown action of baseline', () => ['baseline', 'recrod'], CONFIG, /did you mean baseline record\?/],
  [
    'an unknown option',
    () => ['gate', '--olny', 'x'],
    CONFIG,
    /gate: unknown option --olny; did you mean --only\?/,
  ],
])('reports %s without a stack', async (_what, args, config, expected) => {
  const { code, said } = await usertwo(args(), config)
  expect(code).not.toBe(0)
  expect(said).toMatch(expected)
  expect(said).not.toMatch(/^\s+at /m)
})

it('prints its version, and the usage of a command', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  expect(await usertwo(['--version'])).toMatchObject({ code: 0, out: `${version}\n` })
  for (const help of ['--help', '-h'])
    expect(await usertwo(['gate', help])).toMatchObject({
      code: 0,
      out: expect.stringContaining('usertwo gate [N] [options]'),
    })
})

it('adds what the doctor finds wrong with the command’s database', async () => {
  const none = await usertwo(['status', '--database', other({ pathname: '/nowhere' })])
  expect(none.said).toMatch(/usertwo doctor says:\n✗ database.*\n.*CREATE DATABASE "nowhere" OWNER/)
  const admin = await usertwo(['rollout', '--database', database.adminUrl], CONFIG, { USERTWO_PHASE: '6' })
  expect(admin.said).toMatch(/✗ login .* is a superuser.*\n.*ALTER ROLE .* SET role/)
  const mistyped = await usertwo(['status', '--databse', 'x'])
  expect(mistyped.said).not.toContain('doctor')
})

it('asks a doctor, who ends with 1 where something is wrong', async () => {
  const { code, out } = await usertwo(['doctor', '--json', '--database', database.adminUrl], CONFIG, {
    USERTWO_PHASE: '6',
  })
  const { diagnoses } = JSON.parse(out) as { diagnoses: { about: string; state: string; cure?: string }[] }
  expect(code).toBe(1)
  expect(diagnoses.find(({ about }) => about === 'login')).toMatchObject({ state: 'wrong' })
  for (const { state, cure } of diagnoses)
    expect([state, cure !== undefined]).toEqual([state, state !== 'ok'])
  expect((await usertwo(['doctor', 'app.example.com'])).said).toMatch(
    /is not the address of a deployment; give one like https:/,
  )
})

it('leaves a defect its stack', () => {
  expect(inWords(new TypeError('x is not a function'))).toBeNull()
  expect(inWords(Object.assign(new Error('syntax error'), { code: '42601' }))).toBeNull()
})
