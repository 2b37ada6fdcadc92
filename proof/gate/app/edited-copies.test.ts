import {
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
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { built } from '../../../test/support/built.js'
import type { StartedTarget } from './target.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const EDITS = [
  { file: 'dist/src/core/config-error.js', find: `'ConfigError'`, replace: `'an edited error'` },
  { file: 'said-by-the-app.js', find: 'as it is', replace: 'edited' },
]
const SERVE = `createServer((_req, res) => res.end(answer()))
  .listen(process.env.PORT, process.env.HOST)`
const ANSWER = `new ConfigError('', []).name + ', ' + words`
const COMMONJS = `const { createServer } = require('node:http')
  const { ConfigError } = require('usertwo')
  const words = require('./said-by-the-app.js')
  const answer = () => ${ANSWER}
  ${SERVE}`
const MODULES = `import { createServer } from 'node:http'
  import { ConfigError } from 'usertwo'
  import words from './said-by-the-app.js'
  const answer = () => ${ANSWER}
  ${SERVE}`

let folder: string
let target: StartedTarget | null

beforeEach(() => {
  target = null
  folder = mkdtempSync(join(tmpdir(), 'usertwo-ways-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(ROOT, join(folder, 'node_modules', 'usertwo'))
})
afterEach(async () => {
  await target?.stop()
  rmSync(folder, { recursive: true, force: true })
})

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
}

async function started(command: string[], edits = EDITS): Promise<string> {
  const { startTarget } = await built<typeof import('./target.js')>('proof/gate/app/target.js')
  target = await startTarget({ command, cwd: folder, env: {}, orders: { edits }, health: '/' })
  return (await target.ask('GET', '/')).body
}

describe('the gate’s edits reach the toolkit and the app’s own files', () => {
  test.each([
    ['that are required', COMMONJS, `module.exports = 'as it is'`, undefined],
    ['that are imported', MODULES, `export default 'as it is'`, 'module'],
    ['that are imported, where one is CommonJS', MODULES, `module.exports = 'as it is'`, undefined],
  ])('%s', async (_how, server, words, type) => {
    const main = server === MODULES ? 'server.mjs' : 'server.cjs'
    write({ 'package.json': JSON.stringify({ type }), [main]: server, 'said-by-the-app.js': words })
    expect(await started(['node', main])).toBe('an edited error, edited')
  })

  test('that a program loads which another one has started, with an environment of its own', async () => {
    const start = `const { PATH, PORT, HOST } = process.env
      require('node:child_process').spawn(process.execPath, ['server.cjs'], { env: { PATH, PORT, HOST }, stdio: 'inherit' })`
    write({ 'start.cjs': start, 'server.cjs': COMMONJS, 'said-by-the-app.js': `module.exports = 'as it is'` })
    const found = await started(['sh', '-c', `"${process.execPath}" start.cjs`])
    expect(found).toBe('an edited error, edited')
  })
})

test('a compiler in the app that leaves packages alone leaves the edited toolkit alone', async () => {
  const compiler = `const load = require.extensions['.js']
    require.extensions['.js'] = (module, file) => {
      if (file.includes('/dist/') && !file.includes('/node_modules/')) throw new Error('compiled: ' + file)
      load(module, file)
    }`
  write({ 'server.cjs': `${compiler}\n${COMMONJS}`, 'said-by-the-app.js': `module.exports = 'as it is'` })
  expect(await started(['node', 'server.cjs'])).toBe('an edited error, edited')
})

test('an app with a usertwo of its own that no edit reached does not start, with the reason', async () => {
  for (const part of ['dist', 'migrations', 'package.json'])
    cpSync(join(ROOT, part), join(folder, 'vendor', part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'vendor', 'node_modules'))
  const server = COMMONJS.replace(`'usertwo'`, `'./vendor/dist/src/index.js'`)
  write({ 'server.cjs': server, 'said-by-the-app.js': `module.exports = 'as it is'` })
  await expect(started(['node', 'server.cjs'])).rejects.toThrow(
    /^the gate’s instruments did not reach the usertwo that the app has loaded, .* --external:usertwo/,
  )
})

test.each([
  [
    'whose text is gone',
    { file: 'said-by-the-app.js', find: 'no such text', replace: '' },
    /said-by-the-app\.js has no "no such text"/,
  ],
  [
    'whose text in the toolkit is gone',
    { file: 'dist/src/wrap.js', find: 'no such text', replace: '' },
    /dist\/src\/wrap\.js has no/,
  ],
  [
    'whose file is gone',
    { file: 'gone.js', find: 'a', replace: 'b' },
    /neither the app nor usertwo has a file gone\.js/,
  ],
])('an edit %s ends in an error before the app is started', async (_what, edit, says) => {
  const starts = `require('node:fs').writeFileSync('started', '')`
  write({ 'server.cjs': starts, 'said-by-the-app.js': `module.exports = 'as it is'` })
  await expect(started(['node', 'server.cjs'], [edit])).rejects.toThrow(says)
  expect(existsSync(join(folder, 'started'))).toBe(false)
})

test('nothing of the edited toolkit is left when the app has ended', async () => {
  const before = process.env.TMPDIR
  process.env.TMPDIR = folder
  try {
    write({ 'server.cjs': COMMONJS, 'said-by-the-app.js': `module.exports = 'as it is'` })
    const edited = () => readdirSync(folder).filter((name) => name.startsWith('usertwo-edited-'))
    await started(['node', 'server.cjs'])
    expect(edited()).not.toEqual([])
    await target!.stop()
    expect(edited()).toEqual([])
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
})

test('the package keeps its own text, though its copy shares the files that no edit names', async () => {
  write({ 'server.cjs': COMMONJS, 'said-by-the-app.js': `module.exports = 'as it is'` })
  const own = (file: string) => readFileSync(join(ROOT, 'dist', file), 'utf8')
  const files = ['src/core/config-error.js', 'src/core/context.js', 'src/index.js']
  const before = files.map(own)
  expect(await started(['node', 'server.cjs'])).toBe('an edited error, edited')
  expect(files.map(own)).toEqual(before)
})
