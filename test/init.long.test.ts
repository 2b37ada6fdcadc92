// An adopter's folder, as it is, by `usertwo init --yes` alone. To GO of all eight: first-ten-minutes.long.test.ts. More shapes: npm run matrix.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { factsOf, gated, isNamed, lay, plant, usertwo } from './init/play.mjs'
import { build } from './support/built.js'

/** What a step says that takes longer than 5 seconds. */
const PROGRESS = /^.+ {2}\d+ s\n/gm

let app: { folder: string; remove(): void }
let printed: string

beforeAll(async () => {
  await build()
  app = await lay('todos')
})
afterAll(() => app?.remove())

/** Every file of the app's folder but its packages, with what it says. */
function filesIn(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes('node_modules'),
  )
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [
      join(parentPath, name),
      readFileSync(join(parentPath, name), 'utf8'),
    ]),
  )
}

test('an existing file is named and stays as it is, and nothing is written next to it', async () => {
  const theirs = join(app.folder, 'server.hardened.js')
  writeFileSync(theirs, '// ours\n')
  const before = filesIn(app.folder)
  const { code, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(code).toBe(2)
  expect(stderr).toMatch(/server\.hardened\.js is there already: move it away/)
  expect(filesIn(app.folder)).toEqual(before)
  rmSync(theirs)
}, 60_000)

test('an app that exports nothing and listens by itself is read, and no file of its own is changed', async () => {
  const before = filesIn(app.folder)
  const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(stderr.replace(PROGRESS, '')).toBe('')
  expect(code).toBe(0)
  expect(filesIn(app.folder)).toMatchObject(before)
  expect(stdout).toMatch(/^app +certain .*not exported, listens by itself.*\(server\.js:7\)$/m)
  expect(stdout).toMatch(/^table todos +likely .*its rows follow lists, by list_id/m)
  printed = stdout
}, 120_000)

test('a second init changes nothing', async () => {
  const before = filesIn(app.folder)
  const { code, stdout } = await usertwo(app.folder, 'init', '--yes')
  expect(code).toBe(0)
  expect(stdout).toMatch(/usertwo\.config\.cjs is there: nothing was changed/)
  expect(filesIn(app.folder)).toEqual(before)
}, 60_000)

test('the printed edits fit the very files, and are the same app behind the layers without a second entry', async () => {
  const diff = /^--- a\/[\s\S]*(?=^Next: )/m.exec(printed)![0]
  execFileSync('patch', ['-p1'], { cwd: app.folder, input: diff })
  expect(readFileSync(join(app.folder, 'usertwo.config.cjs'), 'utf8')).toContain(
    "start: ['node', 'server.js']",
  )
  rmSync(join(app.folder, 'server.hardened.js'))
  const only = 'isolation.baseline,isolation.login-required,isolation.foreign-ids'
  expect(await gated(app.folder, '6', '--only', only)).toMatchObject({ go: true, checks: 3, red: [] })
}, 300_000)

test('rows that a route keeps in memory are NO-GO, by its name', async () => {
  const { leak } = await factsOf('todos')
  plant(app.folder, leak)
  const { go, red } = await gated(app.folder, '6', '--only', leak.only)
  expect(go).toBe(false)
  expect(red.join('\n')).toMatch(leak.names)
}, 300_000)

test('a leak is named by a check that has found it, not by one that could not tell', () => {
  const leak = { names: /GET \/lists\b/ }
  const unknown = 'isolation.foreign-ids: unknown: GET /lists was not tried'
  const found = 'isolation.new-user: fail: GET /lists shows rows of another user'
  expect(isNamed({ go: false, red: [unknown] }, leak)).toBe(false)
  expect(isNamed({ go: false, red: [unknown, found] }, leak)).toBe(true)
})

test('an app that sends queries before it listens is taken where it is made', async () => {
  const early = await lay('todos')
  try {
    const listens = readFileSync(join(early.folder, 'server.js'), 'utf8').match(/^app\.listen\(.*$/m)![0]
    const later = { from: listens, to: `pool.query('select 1').then(() => ${listens.replace(/;$/, '')})` }
    plant(early.folder, { file: 'server.js', ...later, only: '', names: /./ })
    const { code, stdout, stderr } = await usertwo(early.folder, 'init', '--yes')
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(
      /server\.js: it sends queries before it listens: to do without server\.hardened\.js/,
    )
    expect(stdout).not.toMatch(/^--- a\//m)
    expect(readFileSync(join(early.folder, 'usertwo.config.cjs'), 'utf8')).toContain("startup: 'system'")
    const only = 'isolation.login-required,isolation.foreign-ids'
    expect(await gated(early.folder, '6', '--only', only)).toMatchObject({ go: true, checks: 2, red: [] })
  } finally {
    early.remove()
  }
}, 300_000)

test('an app that is made behind its first query is started by usertwo run', async () => {
  const early = await lay('todos')
  try {
    const text = readFileSync(join(early.folder, 'server.js'), 'utf8')
    const made = text.replace(
      /const app = express\(\)[\s\S]*/,
      (all) => `pool.query('select count(*) from lists').then(() => {\n${all}})\n`,
    )
    writeFileSync(join(early.folder, 'server.js'), made)
    const { code, stdout, stderr } = await usertwo(early.folder, 'init', '--yes')
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toMatch(/server\.js:7: a query is sent before the app is made: usertwo run starts it/)
    const config = readFileSync(join(early.folder, 'usertwo.config.cjs'), 'utf8')
    expect(config).toContain("start: ['usertwo', 'run', '--', 'node', 'server.js']")
    expect(config).toContain("startup: 'system'")
    const only = 'isolation.login-required,isolation.foreign-ids'
    expect(await gated(early.folder, '6', '--only', only)).toMatchObject({ go: true, checks: 2, red: [] })
  } finally {
    early.remove()
  }
}, 300_000)

test('an app with a hard-coded port, TLS to its database, origins of its own and no health check is read, and nothing of it is made public', async () => {
  const own = await lay('todos')
  try {
    const port = { from: 'process.env.PORT || 3000', to: '3000' }
    plant(own.folder, { file: 'server.js', ...port, only: '', names: /./ })
    const health = { from: "app.get('/health'", to: "app.get('/api/suggest'" }
    plant(own.folder, { file: 'server.js', ...health, only: '', names: /./ })
    const made = 'const app = express()'
    const cors = { from: made, to: `${made}; app.use(require('cors')({ origin: 'https://a.example.org' }))` }
    plant(own.folder, { file: 'server.js', ...cors, only: '', names: /./ })
    const url = 'connectionString: process.env.DATABASE_URL'
    const hosted = { from: url, to: `${url}, ssl: { rejectUnauthorized: false }` }
    plant(own.folder, { file: 'server.js', ...hosted, only: '', names: /./ })
    const { code, stdout } = await usertwo(own.folder, 'init', '--yes')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^port +certain +3000, whatever PORT says +\(server\.js:64\)$/m)
    // A route that asks no table is not the health check because of that.
    expect(stdout).toMatch(/^health +certain +\/ready /m)
    expect(readFileSync(join(own.folder, 'usertwo.config.cjs'), 'utf8')).not.toContain('public:')
    expect(stdout).toMatch(/server\.js:\d+: the app lets browsers of https:\/\/a\.example\.org in/)
    expect(readFileSync(join(own.folder, '.env.example'), 'utf8')).toContain(
      'CORS_ORIGINS=https://a.example.org\n',
    )
    expect(readFileSync(join(own.folder, 'usertwo.config.cjs'), 'utf8')).not.toContain('bare:')
  } finally {
    own.remove()
  }
}, 120_000)

test('after init --run a second one changes nothing either, with or without it', async () => {
  const run = await lay('todos')
  try {
    const first = await usertwo(run.folder, 'init', '--yes', '--run')
    expect(first.stderr.replace(PROGRESS, '')).toBe('')
    const before = filesIn(run.folder)
    expect(Object.keys(before).filter((file) => /hardened/.test(file))).toEqual([])
    expect(readFileSync(join(run.folder, 'usertwo.config.cjs'), 'utf8')).toContain("'usertwo', 'run', '--'")
    for (const options of [['--run'], []]) {
      const { code, stdout } = await usertwo(run.folder, 'init', '--yes', ...options)
      expect(code).toBe(0)
      expect(stdout).toMatch(/usertwo\.config\.cjs is there: nothing was changed/)
      expect(filesIn(run.folder)).toEqual(before)
    }
  } finally {
    run.remove()
  }
}, 120_000)

test('a first configuration with app.env alone is completed: what the user wrote stays, character by character', async () => {
  const begun = await lay('todos')
  try {
    const made = 'const app = express()'
    const needs = { from: made, to: `if (!process.env.TODO_WORD) throw new Error('no word')\n${made}` }
    plant(begun.folder, { file: 'server.js', ...needs, only: '', names: /./ })
    expect((await usertwo(begun.folder, 'init', '--yes')).code).not.toBe(0)
    const file = join(begun.folder, 'usertwo.config.cjs')
    writeFileSync(file, "module.exports = {\n  app: {\n    env: { TODO_WORD: 'bread' }, // ours\n  },\n}\n")
    const { code, stdout, stderr } = await usertwo(begun.folder, 'init', '--yes')
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toMatch(/^completed: usertwo\.config\.cjs$/m)
    const completed = readFileSync(file, 'utf8')
    expect(completed).toMatch(
      /^module\.exports = \{\n {2}app: \{\n {4}env: \{ TODO_WORD: 'bread' \}, \/\/ ours\n/,
    )
    expect(completed).toMatch(/start: \['node', 'server\.hardened\.js'\]/)
    expect(completed).toMatch(/todos: \{ owner: /)
    const again = await usertwo(begun.folder, 'init', '--yes')
    expect(again.stdout).toMatch(/is there: nothing was changed[\s\S]*It has more than app/)
    expect(readFileSync(file, 'utf8')).toBe(completed)
  } finally {
    begun.remove()
  }
}, 180_000)
