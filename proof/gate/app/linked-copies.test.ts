import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { built } from '../../../test/support/built.js'
import { linked } from './linked-copies.js'
import { type Scratch, scratchOf } from './scratch.js'
import type { StartedTarget } from './target.js'

const ROOT = realpathSync(fileURLToPath(new URL('../../..', import.meta.url)))
const EDITS = [{ file: 'dist/src/core/config-error.js', find: `'ConfigError'`, replace: `'an edited error'` }]

let root: string
let app: string
let scratch: Scratch

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'usertwo-linked-')))
  app = join(root, 'packages', 'app')
  mkdirSync(join(root, 'node_modules', 'other'), { recursive: true })
  mkdirSync(app, { recursive: true })
  writeFileSync(join(root, 'package.json'), '{}')
  symlinkSync(ROOT, join(root, 'node_modules', 'usertwo'))
})
afterEach(async () => {
  await scratch.remove()
  rmSync(root, { recursive: true, force: true })
})

const found = (from = scratch.folder) => realpathSync(join(from, '../../node_modules/usertwo'))
const copyAt = (name: string) => {
  const to = join(root, name)
  mkdirSync(to)
  return [{ from: ROOT, to }]
}

test('the links of a scratch folder lead to the copy, and the other packages to where they are', async () => {
  scratch = await scratchOf(app, root)
  const { loader } = linked(scratch.folder, copyAt('copy'), true)
  expect([loader, found()]).toEqual([false, join(root, 'copy')])
  const modules = join(scratch.folder, '../../node_modules')
  expect(readdirSync(modules).sort()).toEqual(['other', 'usertwo'])
  expect(realpathSync(join(modules, 'other'))).toBe(join(root, 'node_modules', 'other'))
  expect(found(app)).toBe(ROOT)
})

test('scratch folders share the links to packages, which lead back when no process uses them', async () => {
  scratch = await scratchOf(app, root)
  const second = await scratchOf(app, root)
  try {
    const copy = copyAt('copy')
    const uses = [scratch, second].map(({ folder }) => linked(folder, copy, true))
    const modules = ({ folder }: Scratch) => realpathSync(join(folder, '../../node_modules'))
    expect(modules(second)).toBe(modules(scratch))
    for (const { release } of uses) release()
    expect([scratch, second].map(modules)).toEqual([0, 1].map(() => join(root, 'node_modules')))
  } finally {
    await second.remove()
  }
})

test('links do not change while a process uses them: a process that needs another copy uses the loader', async () => {
  scratch = await scratchOf(app, root)
  const [one, other] = [copyAt('one'), copyAt('other')]
  const first = linked(scratch.folder, one, true)
  const second = linked(scratch.folder, other, true)
  expect(found()).toBe(one[0]!.to)
  expect([second.loader, second.packages]).toEqual([true, [...other, { from: one[0]!.to, to: other[0]!.to }]])
  first.release()
  expect(found()).toBe(ROOT)
  expect([linked(scratch.folder, other, true).loader, found()]).toEqual([false, other[0]!.to])
})

test('a command without links uses the loader, wherever the links lead', async () => {
  scratch = await scratchOf(app, root)
  const copy = copyAt('copy')
  expect(linked(scratch.folder, copy, false)).toMatchObject({ loader: true, packages: copy })
  expect(found()).toBe(ROOT)
})

test('an app with a second usertwo that links do not reach is started once more, with the loader', async () => {
  const beside = join(root, 'packages', 'beside')
  mkdirSync(beside)
  writeFileSync(join(beside, 'package.json'), '{"type":"module","name":"beside","main":"index.js"}')
  writeFileSync(join(beside, 'index.js'), `export { ConfigError } from 'usertwo'`)
  // A package manager links it. Node finds it, and usertwo from there, by its real path.
  symlinkSync(beside, join(root, 'node_modules', 'beside'))
  writeFileSync(
    join(app, 'server.mjs'),
    `import { createServer } from 'node:http'
     import { ConfigError } from 'usertwo'
     import * as beside from 'beside'
     const names = [ConfigError, beside.ConfigError].map((one) => new one('', []).name)
     createServer((_req, res) => res.end(names.join())).listen(process.env.PORT, process.env.HOST)`,
  )
  const { startTarget } = await built<typeof import('./target.js')>('proof/gate/app/target.js')
  const { scratchOf } = await built<typeof import('./scratch.js')>('proof/gate/app/scratch.js')
  scratch = await scratchOf(app, root)
  const target: StartedTarget = await startTarget({
    command: ['node', 'server.mjs'],
    cwd: scratch.folder,
    env: {},
    orders: { edits: EDITS },
    health: '/',
  })
  try {
    expect((await target.ask('GET', '/')).body).toBe('an edited error,an edited error')
  } finally {
    await target.stop()
  }
})
