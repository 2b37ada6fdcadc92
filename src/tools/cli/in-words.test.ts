import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freshDatabase } from '../../../test/support/postgres.js'
import { inWords } from './in-words.js'

const CONFIG = `export default { app: { start: ['node', 's.js'] }, owner: { id: 1 }, users: { table: 'users' } }`
let folder: string
let database: { url: string }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-words-'))
  database = await freshDatabase()
})
afterAll(() => rmSync(folder, { recursive: true }))

function usertwo(args: string[], config = CONFIG): Promise<{ code: number; said: string }> {
  writeFileSync(join(folder, 'usertwo.config.mjs'), config)
  const main = join(import.meta.dirname, '../../../dist/tools/cli/main.js')
  return new Promise((resolve) =>
    execFile(
      'node',
      [main, ...args, '--config', folder],
      { env: { PATH: process.env.PATH } },
      (error, _out, said) => resolve({ code: (error?.code as number) ?? 0, said }),
    ),
  )
}

const other = (change: Partial<URL>) => Object.assign(new URL(database.url), change).href

it.each<[string, () => string[], string, RegExp]>([
  [
    'a database that is not there',
    () => ['migrate', 'status', '--database', 'postgres://a@127.0.0.1:1/x'],
    CONFIG,
    /nobody answers/,
  ],
  [
    'a wrong password',
    () => ['migrate', 'status', '--database', other({ password: 'no' })],
    CONFIG,
    /password authentication failed.*DATABASE_URL/,
  ],
  [
    'a database nobody made',
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
    'a configuration that is no JavaScript',
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
  ['a command that is none', () => ['sttus'], CONFIG, /did you mean status/],
])('tells of %s without a stack', async (_what, args, config, expected) => {
  const { code, said } = await usertwo(args(), config)
  expect(code).not.toBe(0)
  expect(said).toMatch(expected)
  expect(said).not.toMatch(/^\s+at /m)
})

it('leaves a defect its stack', () => {
  expect(inWords(new TypeError('x is not a function'))).toBeNull()
  expect(inWords(Object.assign(new Error('syntax error'), { code: '42601' }))).toBeNull()
})
