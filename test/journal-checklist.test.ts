// Lines of the journal's reviewer checklist, by their words, on the running app: docs/checklists.md says which.
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer } from '../proof/gate/app/http.js'
import type { Target } from '../proof/gate/gate.js'
import { nextAddress } from '../proof/gate/people/addresses.js'
import { type ComicPile, comicPile, JOURNAL } from './support/comic-pile.js'
import { freshDatabase } from './support/postgres.js'

const ANN = { email: 'ann@example.com', password: 'ann writes a journal' }
const BEN = { email: 'ben@example.com', password: 'ben writes a journal' }

let journal: ComicPile
let admin: pg.Client
let url: string
let inBody: Target
let inCookie: Target

beforeAll(async () => {
  journal = await comicPile(JOURNAL)
  const urls = await freshDatabase()
  url = urls.url
  admin = new pg.Client(urls.adminUrl)
  await admin.connect()
  await journal.seed(url)
  await journal.migrate(urls, 8)
  const start = (env: Record<string, string>) => journal.start({ ...urls, dial: 8, realTime: true, env })
  inBody = await start({ JOURNAL_AUTH_COOKIE_REFRESH: 'false', JOURNAL_METRICS: 'false' })
  inCookie = await start({ ENABLE_INTERNAL_OPS_ROUTES: 'true' })
  await post(inBody, '/register', { ...ANN, claim_code: journal.claimCode })
}, 180_000)
afterAll(async () => {
  await journal?.stop()
  await admin?.end()
})

type Body = Record<string, string>
const ask = (app: Target, method: string, path: string, headers: Body = {}, body?: object) =>
  app.ask(method, path, { as: { name: 'visitor', address: nextAddress(), headers }, body })
const post = (app: Target, path: string, body?: object, headers: Body = {}) =>
  ask(app, 'POST', `/api/auth${path}`, headers, body)
const json = ({ json }: Answer) => json as Body
const setCookies = ({ headers }: Answer) => [headers['set-cookie'] ?? []].flat()
const cookieOf = (answer: Answer) =>
  setCookies(answer)
    .map((line) => line.split(';', 1)[0]!)
    .join('; ')
const claimsOf = (token = '') => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
const row = async (text: string, values: unknown[] = []) => (await admin.query(text, values)).rows[0]

async function inCookies() {
  const answer = await post(inCookie, '/login', ANN)
  const cookie = cookieOf(answer)
  return { answer, cookie, csrf: /csrftoken=([^;]+)/.exec(cookie)![1]! }
}

test('`upgrade` on a clean database', async () => {
  const { n } =
    await row(`select count(*)::int as n from information_schema.tables where table_schema = 'usertwo'
    and table_name in ('credentials', 'user_sessions', 'revoked_tokens', 'audit')`)
  expect(n).toBe(4)
})

test('Argon2id, no plaintext', async () => {
  const { password_hash } = await row('select password_hash from usertwo.credentials limit 1')
  expect(password_hash).toMatch(/^\$argon2id\$/)
  const { rows } =
    await admin.query(`select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_schema in ('public', 'usertwo') and table_type = 'BASE TABLE'`)
  for (const { name } of rows) {
    const { n } = await row(`select count(*)::int as n from ${name} t where t::text like '%' || $1 || '%'`, [
      ANN.password,
    ])
    expect([name, n]).toEqual([name, 0])
  }
})

test('register does not enumerate', async () => {
  const [fresh, taken] = [await post(inBody, '/register', BEN), await post(inBody, '/register', ANN)]
  expect([fresh.status, fresh.body]).toEqual([202, taken.body])
  expect(taken.status).toBe(202)
})

test('`roles` default `["user"]`', async () => {
  const { access_token } = json(await post(inBody, '/login', BEN))
  const me = await ask(inBody, 'GET', '/api/auth/me', { authorization: `Bearer ${access_token}` })
  expect(me.json).toMatchObject({ email: BEN.email, roles: ['user'], is_admin: false })
})

test('429 generic', async () => {
  const refused: unknown[] = []
  for (const email of ['guessed@example.com', 'unknown@example.com']) {
    if (email.startsWith('guessed')) await post(inBody, '/register', { email, password: 'a long enough one' })
    const answers: Answer[] = []
    for (let n = 0; n < 6; n++)
      answers.push(await post(inBody, '/login', { email, password: 'not the right one' }))
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429])
    refused.push({ ...json(answers[5]!), requestId: null, instance: null })
  }
  expect(refused[0]).toEqual(refused[1])
})

test('login issues refresh with `rid` linked to `user_sessions.refresh_id`', async () => {
  const { refresh_token } = json(await post(inBody, '/login', ANN))
  const { rid, sid } = claimsOf(refresh_token)
  expect(await row('select refresh_id from usertwo.user_sessions where id = $1', [sid])).toEqual({
    refresh_id: rid,
  })
})

test('refresh rotates `rid`, old rejected', async () => {
  const { refresh_token } = json(await post(inBody, '/login', ANN))
  const next = json(await post(inBody, '/refresh', { refresh_token }))
  expect(claimsOf(next.refresh_token).rid).not.toBe(claimsOf(refresh_token).rid)
  expect((await post(inBody, '/refresh', { refresh_token })).status).toBe(401)
})

test('logout revokes, later refresh fails', async () => {
  const { access_token, refresh_token } = json(await post(inBody, '/login', ANN))
  const out = await post(inBody, '/logout', undefined, { authorization: `Bearer ${access_token}` })
  expect(out.status).toBe(204)
  expect((await post(inBody, '/refresh', { refresh_token })).status).toBe(401)
})

test('`Set-Cookie: refresh_token` HttpOnly, SameSite=Lax, Path=/api/auth', async () => {
  const { answer } = await inCookies()
  const line = setCookies(answer).find((one) => one.startsWith('refresh_token='))!
  expect(line.split('; ')).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Lax', 'Path=/api/auth']))
  expect(line).not.toContain('Secure')
})

test('refresh reads the cookie only and returns access only', async () => {
  const { cookie } = await inCookies()
  const token = /refresh_token=([^;]+)/.exec(cookie)![1]!
  const own = { origin: inCookie.url }
  expect((await post(inCookie, '/refresh', { refresh_token: token }, own)).status).toBe(401)
  const answer = await post(inCookie, '/refresh', undefined, { ...own, cookie })
  expect([answer.status, Object.keys(json(answer))]).toEqual([
    200,
    ['access_token', 'token_type', 'expires_in'],
  ])
})

test('logout 403 without the header, 204 with, cookie cleared', async () => {
  const { cookie, csrf } = await inCookies()
  const own = { origin: inCookie.url, cookie }
  expect((await post(inCookie, '/logout', undefined, own)).status).toBe(403)
  const out = await post(inCookie, '/logout', undefined, { ...own, 'x-csrf-token': csrf })
  expect(out.status).toBe(204)
  expect(setCookies(out).find((one) => one.startsWith('refresh_token='))).toMatch(
    /^refresh_token=;.*Path=\/api\/auth/,
  )
})

test('counters incremented in login, refresh, logout', async () => {
  // The journal's own route, for operators: an administrator's.
  const { access_token } = json(await post(inCookie, '/login', ANN))
  const figure = async (name: string) => {
    const { body } = await inCookie.ask('GET', '/metrics', {
      as: {
        name: 'prometheus',
        address: nextAddress(),
        headers: { authorization: `Bearer ${access_token}` },
      },
    })
    return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)`, 'm').exec(body)?.[1])
  }
  const names = ['auth_login_success_total', 'auth_refresh_rotations_total', 'auth_revocations_total']
  const before = await Promise.all(names.map(figure))
  expect(before).toEqual([expect.any(Number), expect.any(Number), expect.any(Number)])
  expect(before[0]).toBeGreaterThan(0)
  const { cookie, csrf } = await inCookies()
  const own = { origin: inCookie.url, cookie }
  const refreshed = await post(inCookie, '/refresh', undefined, own)
  const again = { ...own, cookie: cookieOf(refreshed) }
  expect((await post(inCookie, '/logout', undefined, { ...again, 'x-csrf-token': csrf })).status).toBe(204)
  expect(await Promise.all(names.map(figure))).toEqual(before.map((count) => count + 1))
})

test('no behaviour change when the exporter is off', async () => {
  // Off in the one, on in the other: what both answer is the same.
  for (const [method, path] of [
    ['GET', '/api/v1/entries'],
    ['GET', '/health'],
    ['POST', '/api/auth/login'],
    ['GET', '/'],
  ]) {
    const [off, on] = [
      await ask(inBody, method!, path!, {}, undefined),
      await ask(inCookie, method!, path!, {}, undefined),
    ]
    expect([path, off.status, json(off)?.code]).toEqual([path, on.status, json(on)?.code])
  }
})
