import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { built } from '../../../test/support/built.js'
import type { StartedTarget } from '../app/target.js'
import { mutantId, type Replacement, replacing } from './replacing.js'

/** A miniature usertwo: exports, modules that import them, and mutants. */
const TOOLKIT = {
  'package.json': JSON.stringify({
    name: 'usertwo',
    type: 'module',
    exports: { '.': './dist/index.js', './package.json': './package.json' },
  }),
  'dist/words.js': `
    export function greet(name) { return 'hello ' + name }
    export async function later(name) { return 'later ' + name }
    export const twice = (name) => greet(name) + ', ' + greet(name)
    export const MARKS = '!'
    export class Box { constructor(name) { this.name = name }  open() { return 'box of ' + this.name } }`,
  'dist/inner/index.js': `
    import { greet, later, twice, Box, MARKS } from '../words.js'
    export const say = async (name) =>
      [greet(name), await later(name), twice(name), new Box(name).open(), new Box(name) instanceof Box, MARKS].join('; ')
    export const quiet = () => MARKS`,
  'dist/index.js': `export { quiet, say } from './inner/index.js'`,
  'dist/inner/mutants/words.js': `
    import * as real from '../../words.js'
    export default {
      loud: { overrides: { greet: (name) => real.greet(name).toUpperCase() } },
      boxless: { overrides: { Box: class extends real.Box { open() { return 'no ' + super.open() } } } },
    }`,
  'dist/inner/mutants/later.js': `
    export default { never: { overrides: { later: async (name) => 'never ' + name } } }`,
}
const UNCHANGED = 'hello a; later a; hello a, hello a; box of a; true; !'

let folder: string
let target: StartedTarget | null

beforeEach(() => {
  target = null
  folder = mkdtempSync(join(tmpdir(), 'usertwo-replace-'))
  write(
    Object.fromEntries(Object.entries(TOOLKIT).map(([name, text]) => [`node_modules/usertwo/${name}`, text])),
  )
})
afterEach(async () => {
  await target?.stop()
  rmSync(folder, { recursive: true, force: true })
})

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

const mutant = (file: string, name: string, ...exported: string[]): Replacement => ({
  module: 'words',
  by: `inner/mutants/${file}`,
  name,
  overrides: Object.fromEntries(exported.map((one) => [one, () => {}])),
})
const LOUD = mutant('words', 'loud', 'greet')
const ASYNC = mutant('later', 'never', 'later')
const CLASS = mutant('words', 'boxless', 'Box')

const SERVE = `createServer(async (req, res) => res.end(await (req.url === '/' ? 'up' : answer())))
  .listen(process.env.PORT, process.env.HOST)`
const MODULE = {
  'app.mjs': `import { createServer } from 'node:http'
  import { say } from 'usertwo'
  const answer = () => say('a')
  ${SERVE}`,
}
const QUIET = {
  'app.mjs': `import { createServer } from 'node:http'
  import { quiet } from 'usertwo'
  const answer = () => quiet()
  ${SERVE}`,
}
const COMMONJS = {
  'app.cjs': `const { createServer } = require('node:http')
  const { say } = require('usertwo')
  const answer = () => say('a')
  ${SERVE}`,
}
const THREAD = {
  'app.mjs': `import { createServer } from 'node:http'
  import { once } from 'node:events'
  import { Worker } from 'node:worker_threads'
  const answer = async () => (await once(new Worker(new URL('./thread.mjs', import.meta.url)), 'message'))[0]
  ${SERVE}`,
  'thread.mjs': `import { parentPort } from 'node:worker_threads'
  import { say } from 'usertwo'
  parentPort.postMessage(await say('a'))`,
}
const PROGRAM = {
  'app.mjs': `import { createServer } from 'node:http'
  import { execFileSync } from 'node:child_process'
  const answer = () => execFileSync(process.execPath, ['program.mjs'], { env: {}, encoding: 'utf8' })
  ${SERVE}`,
  'program.mjs': `import { say } from 'usertwo'
  process.stdout.write(await say('a'))`,
}

async function asked(
  files: Record<string, string>,
  replace: Replacement[],
): Promise<{ said: string; called: string[] }> {
  write(files)
  const calls = join(folder, 'calls')
  writeFileSync(calls, '')
  const { startTarget } = await built<typeof import('../app/target.js')>('proof/gate/app/target.js')
  target = await startTarget({
    command: ['node', Object.keys(files)[0]!],
    cwd: folder,
    env: {},
    orders: { edits: [], replace, calls },
    health: '/',
  })
  const { body } = await target.ask('GET', '/say')
  return { said: body, called: readFileSync(calls, 'utf8').split('\n').filter(Boolean) }
}

describe('a replaced export', () => {
  test('that is a function is replaced for its importers, and can call the real one', async () => {
    const { said, called } = await asked(MODULE, [LOUD])
    expect(said).toBe('HELLO A; later a; hello a, hello a; box of a; true; !')
    expect(called).toEqual([mutantId(LOUD)])
  })

  test('that is an async function', async () => {
    const { said, called } = await asked(MODULE, [ASYNC])
    expect(said).toBe(UNCHANGED.replace('later', 'never'))
    expect(called).toEqual([mutantId(ASYNC)])
  })

  test('that is a class is replaced, and its instances are instances of the real one too', async () => {
    const { said, called } = await asked(MODULE, [CLASS])
    expect(said).toBe(UNCHANGED.replace('box of', 'no box of'))
    expect(called).toEqual([mutantId(CLASS)])
  })

  test('may be one of several of the same module', async () => {
    const { said, called } = await asked(MODULE, [LOUD, CLASS, ASYNC])
    expect(said).toBe('HELLO A; never a; hello a, hello a; no box of a; true; !')
    expect(called.sort()).toEqual([ASYNC, CLASS, LOUD].map(mutantId).sort())
  })

  test.each([
    ['an app in CommonJS', COMMONJS],
    ['a worker thread of the app', THREAD],
    ['a program that the app starts with an environment of its own', PROGRAM],
  ])('is replaced in %s', async (_what, files) => {
    const { said, called } = await asked(files, [LOUD, ASYNC])
    expect(said).toBe('HELLO A; never a; hello a, hello a; box of a; true; !')
    expect(called.sort()).toEqual([ASYNC, LOUD].map(mutantId).sort())
  })

  test('that is never called is not recorded as called', async () => {
    const { said, called } = await asked(QUIET, [LOUD, CLASS])
    expect(said).toBe('!')
    expect(called).toEqual([])
  })
})

test('a module of mutants that the app’s toolkit does not have is an error before the app is started', async () => {
  await expect(asked(MODULE, [mutant('gone', 'silent', 'greet')])).rejects.toThrow(
    'the mutant does not fit: the usertwo of the app has no dist/inner/mutants/gone.js',
  )
})

describe('replacing()', () => {
  test('names both modules by their paths in usertwo, and each mutant', () => {
    const at = new URL('../../checks/4-auth/mutants/csrf.ts', import.meta.url).href
    const overrides = {}
    const mutants = replacing(at, '../../../../src/phases/4-auth/sessions/cookies/csrf.js', {
      none: overrides,
    })
    expect(mutants).toEqual({
      none: {
        module: 'src/phases/4-auth/sessions/cookies/csrf',
        by: 'proof/checks/4-auth/mutants/csrf',
        name: 'none',
        overrides,
      },
    })
  })

  test('replaces only modules of usertwo', () => {
    expect(() => replacing('file:///elsewhere/a.js', './b.js', {})).toThrow(
      '/elsewhere/b.js is not a module of usertwo',
    )
  })
})
