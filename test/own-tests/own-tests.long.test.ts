// `usertwo test`: an app's own tests, unchanged, as the owner.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ORDERS } from '../../proof/gate/preload/orders.js'
import { OWNER } from '../../proof/own-tests/replaced/owner.js'
import { build } from '../support/built.js'
import { type Running, startUnedited } from '../support/unedited.js'
import { notesDatabase } from '../support/wrapped-app.js'

const APP = fileURLToPath(new URL('./app', import.meta.url))
const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))

beforeAll(build)

function usertwoTest(...args: string[]): Promise<{ code: number; said: string }> {
  return new Promise((done) => {
    const { PATH, HOME, USERTWO_RAMDISK } = process.env
    execFile(
      process.execPath,
      [CLI, 'test', ...args],
      // What is configured for deployment is not asked for: this database is not there.
      { cwd: APP, env: { PATH, HOME, USERTWO_RAMDISK, DATABASE_URL: 'postgres://absent@127.0.0.1:1/none' } },
      (error, stdout, stderr) => done({ code: error ? Number(error.code) : 0, said: stdout + stderr }),
    )
  })
}

describe('tests that empty tables, use their own handles and log no user in', () => {
  test.each([
    ['node:test', 'notes.cjs'],
    ['modules that a runner keeps to itself', 'sandboxed.cjs'],
  ])(
    'pass under %s',
    async (_name, file) => {
      const { code, said } = await usertwoTest('--', 'node', '--test', file)
      expect(said).toMatch(/^without the layers: 6 passed, 0 failed; exit code 0; 5 requests$/m)
      expect(said).toMatch(
        /^at dial 8, signed in as the owner: 6 passed, 0 failed; exit code 0; 5 requests$/m,
      )
      expect(said).toMatch(/^GO$/m)
      expect(code).toBe(0)
    },
    120_000,
  )

  test.each([
    ['4', 'forks'],
    ['8', 'threads'],
  ])(
    'pass under vitest, at dial %s, in %s',
    async (dial, pool) => {
      const command = ['node', VITEST, 'run', '--config', 'vitest.app.mjs', '--pool', pool]
      const { code, said } = await usertwoTest('--phase', dial, '--', ...command)
      expect(said).toContain(
        `at dial ${dial}, signed in as the owner: 1 passed, 0 failed; exit code 0; 2 requests`,
      )
      expect(code).toBe(0)
    },
    120_000,
  )
})

test('another user’s rows are hidden, and reported separately from what a phase has declared', async () => {
  const { code, said } = await usertwoTest('--', 'node', '--test', 'differing.cjs')
  expect(said).toMatch(/^without the layers: 3 passed, 0 failed/m)
  expect(said).toMatch(/^at dial 8, signed in as the owner: 1 passed, 2 failed/m)
  const [, report] = said.split('tests of routes that usertwo took over:\n')
  expect(report).toMatch(
    /^ {2}a debug route counts\ntests that pass without the layers, but not under them:\n {2}everybody’s notes are listed\n/,
  )
  expect(report).toMatch(/as declared:\n {2}GET \/debug\/notes: [^\n]+\n/)
  expect(report).toMatch(/not declared:\n {2}GET \/notes: body: \$\.0: [^\n]*\nNO-GO\n/)
  expect(code).toBe(1)
}, 120_000)

test('what needs a route that is closed on purpose may fail, at each dial that closes it', async () => {
  const command = ['node', '--test', '--test-name-pattern', 'debug|is there', 'differing.cjs']
  const { code, said } = await usertwoTest('--phase', 'every', '--', ...command)
  const passed = [...said.matchAll(/^at dial (\d), signed in as the owner: (\d) passed/gm)].map((one) =>
    one.slice(1),
  )
  expect(passed).toEqual([['1', '2'], ...[2, 3, 4, 5, 6, 7, 8].map((dial) => [String(dial), '1'])])
  expect(said.match(/^tests of routes that usertwo took over:\n {2}a debug route counts$/gm)).toHaveLength(7)
  // Once for all of them: it is the same route.
  expect(said.match(/^usertwo test: .*without the routes that usertwo took over$/gm)).toHaveLength(1)
  expect(said.match(/^GO$/gm)).toHaveLength(8)
  expect(code).toBe(0)
}, 240_000)

test('a request that takes long is not cut off, though its own login is in no table', async () => {
  const { code, said } = await usertwoTest('--', 'node', '--test', 'slow.cjs')
  expect(said).toMatch(/^at dial 8, signed in as the owner: 1 passed, 0 failed/m)
  expect(code).toBe(0)
}, 120_000)

// Each would take a second to begin the next; only Linux shows how many exist.
test.runIf(process.platform === 'linux')(
  'a thread that hashes a password at the start has no layers, which would start again, and hash',
  async () => {
    const count = `setTimeout(() => console.log('threads', fs.readdirSync('/proc/self/task').length), 5_000)`
    const { said } = await usertwoTest('--', 'sh', '-c', `PASSWORD_HASH=argon2id node -e "${count}"`)
    const [bare, layered] = [...said.matchAll(/^threads (\d+)$/gm)].map(([, threads]) => Number(threads))
    // The one that hashes, the one that Node loads its modules by, and those that argon2 hashes by.
    expect(layered! - bare!).toBeLessThan(10)
  },
  120_000,
)

test('tests that ask nothing are never green', async () => {
  const { code, said } = await usertwoTest('--', 'node', '--test', 'unreached.cjs')
  expect(said).toMatch(/^not reached: no server of the tests got a request/m)
  expect(code).toBe(2)
}, 120_000)

test('a command or a phase that cannot be is refused before anything starts', async () => {
  expect(await usertwoTest('npm', 'test')).toMatchObject({ code: 64 })
  expect((await usertwoTest('--phase', '0', '--', 'true')).said).toContain(
    'expected one of 1, 2, 3, 4, 5, 6, 7, 8, every',
  )
})

describe('what signs tests in', () => {
  let running: Running | undefined
  afterAll(() => running?.stop())

  test('is not there for an app that runs, whatever its environment and its requests say', async () => {
    const database = await notesDatabase(1, {}, 8)
    const env = { DATABASE_URL: database.url, [OWNER]: '1', [ORDERS]: JSON.stringify({ early: true }) }
    running = startUnedited(['node', 'listens.cjs'], env)
    const port = await running.port()
    const headers = { [OWNER]: '1', authorization: 'Bearer own-tests', 'x-usertwo-tests-owner': '1' }
    expect((await fetch(`http://127.0.0.1:${port}/notes`, { headers })).status).toBe(401)
    expect((await fetch(`http://127.0.0.1:${port}/notes`)).status).toBe(401)
    await database.end()
  })
})
