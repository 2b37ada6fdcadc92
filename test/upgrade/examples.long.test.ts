// Files that adopters of 0.1.0 have, on the package as it is published now. 0.1.0/todos is what its `init --yes` wrote for
// an app of test/init/apps; 0.1.0/comic-pile and 0.1.0/journal are the files it came with, over the examples' own sources.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installed, packed } from '../support/installed.js'

const fixture = (name: string) => fileURLToPath(new URL(`0.1.0/${name}`, import.meta.url))
const example = (name: string) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))

let tarball: string
const removals: (() => void)[] = []
beforeAll(async () => {
  const made = await packed()
  removals.push(made.remove)
  tarball = made.tarball
})
afterAll(() => {
  for (const remove of removals) remove()
})

async function lay(...folders: string[]): Promise<string> {
  const { folder, remove } = await installed(tarball, ...folders)
  removals.push(remove)
  return folder
}

/** A program of the app's folder as npx or npm starts it, to its end. */
function run(cwd: string, file: string, ...args: string[]) {
  const { PATH, HOME, USERTWO_RAMDISK } = process.env
  const env = { PATH, HOME, USERTWO_RAMDISK, NO_COLOR: '1' }
  return new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    execFile(process.execPath, [file, ...args], { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, stdout, stderr }),
    )
  })
}
const usertwo = (cwd: string, ...args: string[]) => run(cwd, 'node_modules/.bin/usertwo', ...args)

describe('an app that init of 0.1.0 took to user two', () => {
  let folder: string
  beforeAll(async () => {
    folder = await lay(fixture('todos'))
  })

  test('passes the gate of each phase, as its workflow runs them', async () => {
    const workflow = readFileSync(join(folder, '.github/workflows/usertwo.yml'), 'utf8')
    const phases = /phase: \[(.*)\]/.exec(workflow)![1]!.split(', ')
    const command = /- run: npx usertwo (gate .*)/.exec(workflow)![1]!
    expect(phases).toHaveLength(8)
    for (const phase of phases) {
      const { code, stdout, stderr } = await usertwo(
        folder,
        ...command.replace(/\$\{\{.*?\}\}/, phase).split(' '),
      )
      expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' })
      expect(stdout).toMatch(new RegExp(`^${phase} \\w+ +GO`, 'm'))
    }
  }, 900_000)

  test('finds the defects that the gate plants with what the package holds', async () => {
    const prove = ['gate', '6', '--only', 'isolation.schema', '--prove', '--json']
    const { code, stdout, stderr } = await usertwo(folder, ...prove)
    const { go, proved } = code === 64 ? {} : JSON.parse(stdout)
    expect({ code, go, survived: proved?.survived, said: code === 0 ? '' : stderr }).toEqual({
      code: 0,
      go: true,
      survived: [],
      said: '',
    })
    expect(proved.red).toBeGreaterThan(5)
  }, 300_000)

  test('finds its routes as the inventory of 0.1.0 has them', async () => {
    const { code, stdout, stderr } = await usertwo(folder, 'inventory', '--check')
    expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' })
  }, 300_000)

  test('is read by `check`, which says its new name on stderr alone', async () => {
    const [old, now] = [await usertwo(folder, 'check', '--json'), await usertwo(folder, 'scan', '--json')]
    expect(old.code).toBe(0)
    expect(old.stdout).toBe(now.stdout)
    expect(JSON.parse(old.stdout)).toBeTruthy()
    expect(old.stderr).toMatch(/usertwo scan/)
  })

  test('loads the entry points by import, and by require where 0.1.0 could be required', async () => {
    const print = `(...modules) => console.log(JSON.stringify(modules.map((one) => Object.keys(one))))`
    const load = ENTRIES.map((name) => `await import('${name}')`)
    const required = ENTRIES.slice(0, 2).map((name) => `require('${name}')`)
    writeFileSync(join(folder, 'loads.mjs'), `;(${print})(${load.join(', ')})`)
    writeFileSync(join(folder, 'loads.cjs'), `;(${print})(${required.join(', ')})`)
    for (const [file, expected] of [
      ['loads.mjs', EXPORTED],
      ['loads.cjs', EXPORTED.slice(0, 2)],
    ] as const) {
      const { stdout, stderr } = await run(folder, file)
      expect(stderr).toBe('')
      const loaded = JSON.parse(stdout) as string[][]
      expect(expected.map((names, at) => names.filter((name) => !loaded[at]!.includes(name)))).toEqual(
        expected.map(() => []),
      )
    }
  })
})

const ENTRIES = ['usertwo', 'usertwo/client', 'usertwo/testing']
/** What 0.1.0 exported as values. */
const EXPORTED = [
  [
    'ConfigError',
    'ScopeError',
    'asInjectedUser',
    'asSystem',
    'asUser',
    'bindUser',
    'currentUser',
    'currentUserId',
    'defineConfig',
    'forEachUser',
    'injectUser',
    'requirePermission',
    'requireRole',
    'requireScope',
    'scope',
    'startWorker',
    'usertwo',
  ],
  ['ClientError', 'axiosOptions', 'createClient'],
  ['gate', 'twoUsers'],
]

describe('the comic pile as 0.1.0 came with it', () => {
  const SUITE = 'usertwo/two-users.test.js'
  let folder: string
  beforeAll(async () => {
    folder = await lay(example('comic-pile'), fixture('comic-pile'))
    writeFileSync(
      join(folder, 'vitest.config.js'),
      `export default { test: { include: ['${SUITE}'], hookTimeout: 120_000, testTimeout: 120_000 } }`,
    )
  })
  const vitest = () => run(folder, 'node_modules/vitest/vitest.mjs', 'run', '--root', '.')

  test('passes its own tests with two users', async () => {
    const { code, stdout, stderr } = await vitest()
    expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' })
  }, 600_000)
})

describe('the journal as 0.1.0 came with it', () => {
  test('passes the gates of its recording and of its accounts', async () => {
    const folder = await lay(example('journal'), fixture('journal'))
    for (const phase of ['1', '4']) {
      const { code, stdout, stderr } = await usertwo(folder, 'gate', phase)
      expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' })
    }
  }, 600_000)
})
