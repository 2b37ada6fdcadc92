// The recipe box as its owner has it: `usertwo init --yes` reads its login, and the gates log in by it.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gated, layFolder, plant, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'

let app: { folder: string; remove(): void }
let printed = ''

const BY_HAND = ['usertwo.config.js', 'usertwo.config.d.ts', 'server.hardened.js', 'drive.js']

beforeAll(async () => {
  await build()
  app = laid()
}, 180_000)
afterAll(() => app?.remove())

/** Without what was written by hand. */
function laid() {
  const packages = [fileURLToPath(new URL('../../node_modules', import.meta.url))]
  const copy = layFolder(new URL('app', import.meta.url), packages)
  for (const file of BY_HAND) rmSync(join(copy.folder, file))
  return copy
}

const written = (file: string) => readFileSync(join(app.folder, file), 'utf8')

test('init --yes writes the login that it read, and says what it found', async () => {
  const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(code, stderr).toBe(0)
  printed = stdout
  const config = written('usertwo.config.js')
  expect(config).toContain("by: 'app'")
  expect(config).toContain('user: (req) => req.session?.userId ?? null')
  expect(config).toContain("login: { post: '/login', fields: { user: 'email', password: 'password' } }")
  expect(config).toMatch(/register: \{ post: '\/register', .*more: \{ name: '/)
  expect(config).toContain("logout: '/logout'")
  expect(config).toContain("lookups: { users: ['email', 'id'], tables: ['session'] }")
  expect(config).toContain("users: { table: 'users', password: 'password_hash' }")
  expect(config).toMatch(/public: \[.*'GET \/login', 'GET \/register'\]/)
  expect(config).not.toMatch(/session: \{ owner/)
  expect(printed).toMatch(
    /^own login +certain +express-session, kept in the table session .*\(app\.js:24\)$/m,
  )
  expect(printed).toMatch(/POST \/login takes email and password/)
  expect(existsSync(join(app.folder, 'usertwo/baseline.har'))).toBe(true)
}, 180_000)

test('the recorded day logs in by the app’s own login', () => {
  const { log } = JSON.parse(written('usertwo/baseline.har'))
  const answered = log.entries.map(
    ({ request, response }: { request: { method: string; url: string }; response: { status: number } }) =>
      `${request.method} ${new URL(request.url).pathname} ${response.status}`,
  )
  expect(answered).toContain('POST /login 200')
  expect(answered).toContain('GET /api/recipes 200')
  expect(answered.filter((one: string) => / 40[13]$/.test(one))).toEqual([])
})

test('the gates are GO of all phases without another edit', async () => {
  const { go, red } = await gated(app.folder)
  expect(red).toEqual([])
  expect(go).toBe(true)
}, 900_000)

/** What `init --yes` says of the recipe box with other texts in it. */
async function initialised(edits: readonly [file: string, from: string, to: string][]) {
  const other = laid()
  try {
    for (const [file, from, to] of edits) plant(other.folder, { file, from, to })
    const before = readdirSync(other.folder).sort()
    const said = await usertwo(other.folder, 'init', '--yes')
    const seed = join(other.folder, 'usertwo/seed.sql')
    const after = readdirSync(other.folder).sort()
    return {
      ...said,
      seed: existsSync(seed) ? readFileSync(seed, 'utf8') : '',
      isUntouched: String(before) === String(after),
    }
  } finally {
    other.remove()
  }
}

test('a registration that refuses ends init with its answer, with what was read, and nothing is written', async () => {
  const { code, stderr, isUntouched } = await initialised([
    [
      'app.js',
      'const hash = await bcrypt.hash',
      "return res.status(403).json({ error: 'by invitation' })\n    const hash = await bcrypt.hash",
    ],
  ])
  expect(code).toBe(2)
  expect(stderr).toMatch(
    /app\.js:24: the app has a login of its own .*a user could not register at POST \/register: 403 .*by invitation/,
  )
  expect(stderr).toContain("user: (req) => req.session?.userId ?? null, login: { post: '/login' }")
  expect(isUntouched).toBe(true)
}, 180_000)

test('a table of sessions that the app makes itself is made for the gates, and is to be looked over', async () => {
  const { code, stdout, stderr, seed } = await initialised([
    [
      'app.js',
      'new Store({ pool, pruneSessionInterval: false })',
      'new Store({ pool, createTableIfMissing: true })',
    ],
    ['schema.sql', 'create table session (', 'create table elsewhere ('],
    ['schema.sql', 'on session (expire)', 'on elsewhere (expire)'],
    // It is started by its second entry then.
    ['server.js', 'process.env.PORT', '3000'],
  ])
  expect(code, stderr).toBe(0)
  expect(seed).toMatch(/create table if not exists "session" \(sid varchar primary key/)
  expect(stdout).toMatch(/^Look at:[\s\S]*let a migration make the table session/m)
}, 180_000)
