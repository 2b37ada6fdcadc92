// The reading list as its owner has it: `usertwo init --yes` reads its tokens, and the gates log in by them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gated, plant, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'
import { layForInit } from './lay-reading-list.js'

let app: { folder: string; remove(): void }

beforeAll(async () => {
  await build()
  app = layForInit()
}, 180_000)
afterAll(() => app?.remove())

test('init --yes finds the token by trying, and writes where the answer and the pages hold it', async () => {
  const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(code, stderr).toBe(0)
  const config = readFileSync(join(app.folder, 'usertwo.config.js'), 'utf8')
  expect(config).toContain('user: (req) => req.user?.id ?? null')
  expect(config).toMatch(/login: \{ post: '\/auth\/login', .*token: 'data\.token', localStorage: 'token' \}/)
  expect(config).toContain("lookups: { users: ['email', 'id'], tables: [] }")
  expect(config).toContain("users: { table: 'users', password: 'password_hash' }")
  expect(config).not.toContain('logout')
  expect(stdout).toMatch(/^own login +certain +a token by jsonwebtoken/m)
  expect(stdout).toMatch(/valid until it expires/)
  const recorded = readFileSync(join(app.folder, 'usertwo/baseline.har'), 'utf8')
  expect(recorded).not.toMatch(/eyJ[\w-]+\.[\w-]+\./)
  expect(recorded).toContain('/api/books')
}, 180_000)

test('the gates are GO of all phases without another edit', async () => {
  const { go, red } = await gated(app.folder)
  expect(red).toEqual([])
  expect(go).toBe(true)
}, 900_000)

/** The reading list with its token in a cookie that no script reads. */
const IN_A_COOKIE: [file: string, from: string, to: string][] = [
  [
    'app.js',
    "const [, token] = /^Bearer (\\S+)$/.exec(req.headers.authorization ?? '') ?? []",
    "const [, token] = /(?:^|; )token=([^;]+)/.exec(req.headers.cookie ?? '') ?? []",
  ],
  [
    'app.js',
    '    res.json({ data: { token: tokenFor(rows[0].id) }, id: rows[0].id })',
    `    res.cookie('token', tokenFor(rows[0].id), { httpOnly: true, sameSite: 'lax', secure: process.env.NODE_ENV === 'production' })
    res.json({ id: rows[0].id })`,
  ],
  ['public/page.js', 'form.hidden = token !== null\n  if (token === null) return', 'form.hidden = false'],
  ['public/page.js', `{ headers: { authorization: \`Bearer \${token}\` } }`, '{}'],
  [
    'public/page.js',
    "  const { data } = await answer.json()\n  localStorage.setItem('token', data.token)\n",
    '',
  ],
  ['public/page.js', "  const token = localStorage.getItem('token')\n", ''],
  ['public/page.js', '  for (const', '  if (!answer.ok) return\n  for (const'],
]

test('a token in a cookie is read by its claims, and the gates are GO of all phases', async () => {
  const other = layForInit()
  try {
    for (const [file, from, to] of IN_A_COOKIE) plant(other.folder, { file, from, to })
    const { code, stdout, stderr } = await usertwo(other.folder, 'init', '--yes')
    expect(code, stderr).toBe(0)
    const config = readFileSync(join(other.folder, 'usertwo.config.js'), 'utf8')
    expect(config).toContain('user: (req) => req.user?.id ?? null')
    expect(config).not.toContain('token:')
    expect(stdout).toMatch(/^own login +certain +a token by jsonwebtoken, in a cookie/m)
    const { go, red } = await gated(other.folder)
    expect(red).toEqual([])
    expect(go).toBe(true)
  } finally {
    other.remove()
  }
}, 900_000)

test('a logout that leaves the token valid is not named, and init says so', async () => {
  const other = layForInit()
  try {
    plant(other.folder, {
      file: 'app.js',
      from: "  router.post('/register',",
      to: "  router.post('/logout', (_req, res) => res.json({ ok: true }))\n  router.post('/register',",
    })
    const { code, stdout, stderr } = await usertwo(other.folder, 'init', '--yes')
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/POST \/auth\/logout leaves the token valid/)
    const config = readFileSync(join(other.folder, 'usertwo.config.js'), 'utf8')
    expect(config).not.toContain("logout: '")
    expect(config).toMatch(/public: \[.*'POST \/auth\/logout'/)
  } finally {
    other.remove()
  }
}, 180_000)
