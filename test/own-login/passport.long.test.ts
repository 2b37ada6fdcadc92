// Links by passport-local, with forms and sessions in memory: `init --yes`, the gates, and several users at once.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gated, plant, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'
import { layApp } from './lay-app.mjs'

const REQUESTS = 400
const BURST = 16

let app: { folder: string; remove(): void }

beforeAll(async () => {
  await build()
  app = layApp('passport-app')
}, 600_000)
afterAll(() => app?.remove())

test('scan names the login, and what to do with it', async () => {
  const { stdout } = await usertwo(app.folder, 'scan')
  const said = stdout.replace(/\s+/g, ' ')
  expect(said).toContain(
    'login express-session, kept in the memory of the process at server.js:13: it can stay',
  )
  expect(said).toContain('login passport-local at login.js:11: it can stay: usertwo init reads it')
})

test('init --yes writes req.user of passport, and repeats the login name and the password where the form does', async () => {
  const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(code, stderr).toBe(0)
  const config = readFileSync(join(app.folder, 'usertwo.config.cjs'), 'utf8')
  expect(config).toContain('user: (req) => req.user?.id ?? null')
  expect(config).toContain(
    "login: { post: '/login/password', fields: { user: 'username', password: 'password' }, as: 'form' }",
  )
  expect(config).toContain("more: { email: '$user@example.com', confirmPassword: '$password' }, as: 'form' }")
  expect(config).toContain("lookups: { users: ['username', 'id'], tables: [] }")
  expect(config).toContain("users: { table: 'users', password: 'hashed_password' }")
  expect(stdout).toMatch(/^user +likely +req\.user\?\.id/m)
  expect(stdout).toMatch(/users is unique by email too/)
}, 180_000)

test('two users at once get their own links and no other', async () => {
  const built = String(new URL('../../dist/proof/testing/two-users.js', import.meta.url))
  const { twoUsers }: typeof import('../../proof/testing/two-users.js') = await import(built)
  const people = await twoUsers({ config: app.folder, env: { RATE_LIMIT_ENABLED: 'false' } })
  try {
    const { ask, owner, other, sql } = people
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    for (const as of [owner, other])
      for (let n = 0; n < 15; n++)
        expect(
          await ask('POST', '/links', { as, headers, body: `url=https://x.example&title=${n}` }),
        ).toMatchObject({
          status: 302,
        })
    const rows = await sql<{ id: number; user_id: number }>('select id, user_id from links')
    const asked = Array.from({ length: REQUESTS }, (_, at) => ({
      as: at % 2 ? owner : other,
      row: rows[(at * 7) % rows.length]!,
    }))
    const counted = { own: 0, foreign: 0, ownMissing: 0, refused: 0, other: 0 }
    for (let at = 0; at < asked.length; at += BURST)
      await Promise.all(
        asked.slice(at, at + BURST).map(async ({ as, row }) => {
          const { status } = await ask('GET', `/links/${row.id}`, { as })
          const isOwn = String(row.user_id) === String(as.id)
          if (status === 200) counted[isOwn ? 'own' : 'foreign']++
          else if (status === 404) counted[isOwn ? 'ownMissing' : 'refused']++
          else counted.other++
        }),
      )
    expect(counted).toMatchObject({ foreign: 0, ownMissing: 0, other: 0 })
    expect(counted.own).toBeGreaterThan(REQUESTS / 5)
    expect(counted.refused).toBeGreaterThan(REQUESTS / 5)
  } finally {
    await people.stop()
  }
}, 300_000)

test('the gates are GO of all phases without another edit', async () => {
  const { go, red } = await gated(app.folder)
  expect(red).toEqual([])
  expect(go).toBe(true)
}, 900_000)

test('a list that is kept for all users is NO-GO, by its route', async () => {
  plant(app.folder, {
    file: 'links.js',
    from: "router.get('/links.json', needLogin, async (_req, res) => {",
    to: `let kept
  router.get('/links.json', needLogin, async (_req, res) => {
    if (kept) return res.json(kept)
    const send = res.json.bind(res)
    res.json = (rows) => { kept = rows; return send(rows) }`,
  })
  const { go, red } = await gated(app.folder, '6', '--only', 'isolation.foreign-ids,isolation.kept-in-memory')
  expect(go).toBe(false)
  expect(red.join()).toMatch(/: fail: .*GET \/links\.json/)
}, 300_000)
