// The recipe box as its owner has it: `usertwo init --yes` reads its login, and the gates log in by it.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gated, layFolder, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'

let app: { folder: string; remove(): void }
let printed = ''

const BY_HAND = ['usertwo.config.js', 'usertwo.config.d.ts', 'server.hardened.js', 'drive.js']

beforeAll(async () => {
  await build()
  app = layFolder(new URL('app', import.meta.url), [
    fileURLToPath(new URL('../../node_modules', import.meta.url)),
  ])
  for (const file of BY_HAND) rmSync(join(app.folder, file))
}, 180_000)
afterAll(() => app?.remove())

const written = (file: string) => readFileSync(join(app.folder, file), 'utf8')

test('init --yes writes the login that it read, and says what it found', async () => {
  const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(stderr).toBe('')
  expect(code).toBe(0)
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
    /^own login +certain +express-session, kept in the table session .*\(app\.js:23\)$/m,
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
