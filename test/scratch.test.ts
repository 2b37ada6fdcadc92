import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Project } from '../proof/gate/project.js'
import type { GateSession } from '../proof/gate/session.js'
import type { Templates } from '../proof/gate/templates.js'
import { parseConfig } from '../src/config/config.js'
import { built } from './support/built.js'

/** A repository with two packages: the app, and one beside it; packages lie at the top. */
const root = mkdtempSync(join(tmpdir(), 'usertwo-adopter-'))
const folder = join(root, 'packages', 'app')
const SERVER = `import { appendFileSync, existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import hoisted from 'hoisted'
import own from 'own'
import { beside } from '../beside/index.js'
appendFileSync('app.log', 'started\\n')
writeFileSync(new URL('uploads/' + process.pid, import.meta.url), 'an upload')
writeFileSync(process.env.EXPORT, 'an export')
writeFileSync('config.json', '{"changed":true}')
createServer((req, res) => {
  if (req.url === '/fail') console.error(new Error('it failed').stack)
  res.end(JSON.stringify({
    modules: [hoisted, own, beside],
    uploads: readdirSync('uploads').length,
    seeded: existsSync('seeded.txt'),
    large: existsSync('data/large.bin'),
    git: existsSync('.git'),
    link: readFileSync('link', 'utf8'),
    log: readFileSync('app.log', 'utf8'),
  }))
}).listen(process.env.PORT, process.env.HOST)
`
const FILES: Record<string, string> = {
  'package.json': '{"type":"module","workspaces":["packages/*"]}',
  'node_modules/hoisted/index.js': `module.exports = 'hoisted'`,
  'packages/beside/index.js': `export const beside = 'beside'`,
  'packages/beside/package.json': '{"type":"module"}',
  'packages/app/package.json': '{"type":"module"}',
  'packages/app/node_modules/own/index.js': `module.exports = 'own'`,
  'packages/app/server.js': SERVER,
  'packages/app/seed.js': `import { writeFileSync } from 'node:fs'; writeFileSync('seeded.txt', 'seeded')`,
  'packages/app/drive.js': `import { writeFileSync } from 'node:fs'; writeFileSync('driven.txt', (await fetch(process.env.BASE_URL)).status + '')`,
  'packages/app/config.json': '{}',
  'packages/app/app.log': 'from before\n',
  'packages/app/uploads/mine.png': 'a picture',
  'packages/app/.git/HEAD': 'ref: refs/heads/main',
}

let templates: Templates
let project: Project
let open: () => Promise<GateSession>

beforeAll(async () => {
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(join(root, name, '..'), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  symlinkSync('config.json', join(folder, 'link'))
  utimesSync(join(folder, 'config.json'), 1_000_000_000, 1_000_000_000)
  const config = parseConfig({
    app: {
      start: ['node', 'server.js'],
      seed: ['node', join(folder, 'seed.js')],
      drive: ['node', 'drive.js'],
      env: { EXPORT: join(folder, 'export.csv') },
    },
    owner: { id: 1 },
    users: { table: 'users' },
  })
  project = { name: 'adopter', folder, config }
  const { openTemplates } =
    await built<typeof import('../proof/gate/templates.js')>('proof/gate/templates.js')
  const { openSession } = await built<typeof import('../proof/gate/session.js')>('proof/gate/session.js')
  templates = await openTemplates(project)
  open = () =>
    openSession({
      project,
      templates,
      phase: 1,
      signal: new AbortController().signal,
      traffic: async () => [],
    })
}, 120_000)
afterAll(async () => {
  await templates?.stop()
  rmSync(root, { recursive: true, force: true })
})

/** Every file below, with what is in it and when it was written. */
function tree(at = root): string[] {
  return readdirSync(at, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const file = join(parentPath, name)
      return `${file} ${statSync(file).mtimeMs} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`
    })
    .sort()
}

test('what an app writes during a gate stays in a copy of its folder, and is gone afterwards', async () => {
  const before = tree()
  const session = await open()
  const scratch = await session.scratch()
  const [first, second] = [await session.app(), await session.app({ instance: 'second' })]
  const { modules, uploads, seeded, git, link, log } = (await first.ask('GET', '/')).json as Record<
    string,
    unknown
  >
  expect(modules).toEqual(['hoisted', 'own', 'beside'])
  // Two processes of one deployment share their disk, as they share their database.
  expect(uploads).toBe(3)
  expect([seeded, git, link]).toEqual([true, false, '{"changed":true}'])
  expect(log).toBe('started\nstarted\n')
  expect(existsSync(join(scratch, 'export.csv'))).toBe(true)
  // What it says names the adopter's files.
  await second.ask('GET', '/fail')
  await expect.poll(() => second.output()).toContain(`${join(folder, 'server.js')}:11`)
  expect(second.output()).not.toContain(scratch)
  await session.close()
  expect(existsSync(scratch)).toBe(false)
  expect(tree()).toEqual(before)
})

test('each check has a copy of its own, with what the seed has written', async () => {
  for (const _ of [1, 2]) {
    const session = await open()
    const { uploads, seeded } = (await (await session.app()).ask('GET', '/')).json as Record<string, unknown>
    expect([uploads, seeded]).toEqual([2, true])
    await session.close()
  }
})

test('a recording leaves the adopter’s folder as it was', async () => {
  const before = tree()
  const { recordBaseline } = await built<typeof import('../proof/gate/traffic/record.js')>(
    'proof/gate/traffic/record.js',
  )
  expect(await recordBaseline(project, templates)).toHaveLength(1)
  expect(tree()).toEqual(before)
})

test('files keep their times, and those of a folder that is too large are left out and named', async () => {
  const { scratchOf } =
    await built<typeof import('../proof/gate/app/scratch.js')>('proof/gate/app/scratch.js')
  const large = mkdtempSync(join(tmpdir(), 'usertwo-large-'))
  try {
    cpSync(join(folder, 'config.json'), join(large, 'config.json'), { preserveTimestamps: true })
    mkdirSync(join(large, 'data', 'inner'), { recursive: true })
    // Sparse: it takes no room.
    writeFileSync(join(large, 'data', 'large.bin'), '')
    truncateSync(join(large, 'data', 'large.bin'), 300 * 1024 * 1024)
    writeFileSync(join(large, 'data', 'inner', 'small.txt'), 'small')
    const { folder: copy, missing, remove } = await scratchOf(large, tmpdir())
    expect(missing).toEqual(['not copied for the app to run in: the files in data (300 MB)'])
    expect(existsSync(join(copy, 'data', 'large.bin'))).toBe(false)
    expect(readFileSync(join(copy, 'data', 'inner', 'small.txt'), 'utf8')).toBe('small')
    expect(statSync(join(copy, 'config.json')).mtimeMs).toBe(1_000_000_000_000)
    await remove()
  } finally {
    rmSync(large, { recursive: true, force: true })
  }
})
