// Attacks on accounts that have no file of their own.
import express from 'express'
import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, type AuthAppOptions, authApp, CODE } from '../../../test/support/auth-app.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const ANN = { email: 'ann@example.com', password: 'her own long one' }
let one: AuthApp
afterEach(() => one.dispose())

let address = 0
const post = (path: string, body: object | string, headers: Record<string, string> = {}) =>
  request(one.app)
    .post(`/api/auth${path}`)
    .set({ 'X-Forwarded-For': `10.7.${Math.floor(++address / 250)}.${address % 250}`, ...headers })
    .set('Content-Type', 'application/json')
    .send(body)
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
const me = (token: string) => request(one.app).get('/api/auth/me').set(bearer(token))

/** The owner has claimed, and Ann has registered where she can. */
async function start(options: AuthAppOptions = { open: true }): Promise<string> {
  one = await authApp(options)
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
  if (options.open) await post('/register', ANN).expect(202)
  return token(OWNER)
}
const token = async (who: object): Promise<string> =>
  (await post('/login', who).expect(200)).body.access_token

test('case 20: a token with a changed bit, or made of parts of two, is invalid', async () => {
  const own = await start()
  const other = await token(ANN)
  const [head, claims, signature] = own.split('.') as [string, string, string]
  const [, otherClaims, otherSignature] = other.split('.') as [string, string, string]
  const flipped = Buffer.from(claims, 'base64url')
  flipped[20]! ^= 1
  const tries = [
    [head, flipped.toString('base64url'), signature],
    [head, otherClaims, signature],
    [head, claims, otherSignature],
    [Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url'), claims, signature],
  ]
  for (const parts of tries) await me(parts.join('.')).expect(401)
  await me(own).expect(200)
})

test.each([
  '{"email":{"$gt":""},"password":"a long enough one"}',
  '{"email":"owner@example.com","password":true}',
  '{"email":["owner@example.com"],"password":"a long enough one"}',
  '{"__proto__":{"email":"owner@example.com"},"password":"a long enough one"}',
  '{"constructor":{"prototype":{"email":"owner@example.com"}},"password":"x"}',
  '[]',
])('case 28: a login that is not text is refused: %s', async (body) => {
  await start()
  const answer = await post('/login', body).expect(400)
  expect(answer.body.code).toBe('invalid_request')
  expect(({} as { email?: string }).email).toBeUndefined()
})

test('case 29: an address is one account in any case, and a look-alike is a different one', async () => {
  await start()
  for (const email of [
    'ANN@example.com',
    ' Ann@EXAMPLE.com ',
    'ann\uFF20example.com',
    '\u0430nn@example.com',
  ])
    expect([202, 400]).toContain(
      (await post('/register', { ...ANN, email, password: 'quite another one' })).status,
    )
  const stored: string[] = await one.db('users').whereNot({ id: 1 }).pluck('email')
  expect(stored.filter((email) => email.normalize('NFKC').toLowerCase() === ANN.email)).toEqual([ANN.email])
  for (const email of ['ANN@EXAMPLE.COM', ` ${ANN.email} `])
    await post('/login', { email, password: ANN.password }).expect(200)
  await post('/login', { email: 'ann@example.com'.replace('a', '\u0430'), password: ANN.password }).expect(
    401,
  )
})

test('case 43: an owner who can log in cannot be claimed, even with a valid code; one with only an address, once', async () => {
  await start({})
  const again = { email: 'thief@example.com', password: OWNER.password, claim_code: CODE }
  await post('/register', again).expect(403)
  await one.db('usertwo.credentials').delete()
  await post('/register', again).expect(202)
  await post('/register', { ...again, email: 'second@example.com' }).expect(403)
  expect(await one.db('users').pluck('email')).toEqual(['thief@example.com'])
})

test('case 45: fields that registration does not ask for are not stored', async () => {
  await start()
  const more = { id: 77, user_id: 1, role: 'admin', roles: ['admin'], is_admin: true, email_verified: true }
  await post('/register', { ...ANN, email: 'bob@example.com', ...more, created_at: '1990-01-01' }).expect(202)
  const [bob] = await one.db('users').where({ email: 'bob@example.com' })
  expect([bob.id, bob.is_admin]).toEqual([3, false])
  expect(bob.created_at.getFullYear()).toBeGreaterThan(2020)
  const who = await me(await token({ ...ANN, email: 'bob@example.com' })).expect(200)
  expect(who.body).toMatchObject({ id: 3, roles: ['user'], is_admin: false })
})

test('case 60: logging out twice, with an ended login or without one, is 204 and clears the same cookies', async () => {
  const own = await start()
  const cookiesOf = ({ headers }: { headers: Record<string, unknown> }) =>
    (headers['set-cookie'] as string[]).map((line) => line.replace(/=[^;]*/, '=')).sort()
  const first = cookiesOf(await post('/logout', '', bearer(own)).expect(204))
  expect(first.length).toBeGreaterThan(1)
  for (const headers of [bearer(own), bearer('x.y.z'), {}])
    expect(cookiesOf(await post('/logout', '', headers).expect(204))).toEqual(first)
})

test('case 62: the list of logins has only the caller’s, without secrets; another user’s login answers like a missing one', async () => {
  const own = await start()
  const other = await token(ANN)
  const list = async (of: string) =>
    (await request(one.app).get('/api/auth/sessions').set(bearer(of)).expect(200)).body as { id: string }[]
  const [mine, hers] = [await list(own), await list(other)]
  expect([mine.length, hers.length]).toEqual([1, 1])
  expect(JSON.stringify(mine)).not.toMatch(/jti|hash|refresh|family/)
  const end = (id: string) => request(one.app).delete(`/api/auth/sessions/${id}`).set(bearer(other))
  const [foreign, none] = [await end(mine[0]!.id), await end('00000000-0000-4000-8000-000000000000')]
  expect([foreign.status, foreign.body]).toEqual([404, none.body])
  await me(own).expect(200)
})

test('case 66: behind https the login cookie belongs to this host alone, out of reach of scripts and plain http', async () => {
  await start({ env: { COOKIE_SECURE_DEFAULT: 'true' } })
  const { headers } = await post('/login', OWNER).expect(200)
  const login = (headers['set-cookie'] as unknown as string[]).find((line) => /^__Host-usertwo=/.test(line))!
  expect(login).toMatch(/; Path=\/;.*; HttpOnly; Secure; SameSite=Lax/)
  expect(login).not.toContain('Domain')
  expect(login.length).toBeLessThan(4_096)
})

const LISTED = 'https://app.example.com'
const FOREIGN = [
  'null',
  `${LISTED}.evil`,
  'https://evil-app.example.com',
  'http://app.example.com',
  `${LISTED}:8443`,
  'https://APP.example.com/',
  undefined,
]

/** The cookie of a valid login, and the list of what the app has done. */
async function withCookie() {
  const done: string[] = []
  const app = express.Router()
  app.all('/things', (req, res) => {
    done.push(req.method)
    res.json({ done })
  })
  await start({ dial: 5, env: { CORS_ORIGINS: LISTED }, behind: app })
  const { headers } = await post('/login', OWNER).expect(200)
  const cookie = (headers['set-cookie'] as unknown as string[])
    .map((line) => line.split(';', 1)[0])
    .filter((pair) => pair?.startsWith('usertwo='))
    .join()
  const ask = (method: string, given: Record<string, string | undefined>, path = '/things') => {
    const sent = Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined)
    const verb = method.toLowerCase() as 'post'
    return request(one.app)
      [verb](path)
      .set({ Cookie: cookie, ...Object.fromEntries(sent) })
      .send({ title: 'x' })
  }
  /** The login is valid: from the app's own page the same request is done. */
  const stillWorks = async (method = 'POST') => {
    done.length = 0
    await ask(method, { Origin: LISTED }).expect(200)
    expect(done).toEqual([method])
    done.length = 0
  }
  await stillWorks()
  return { ask, done, stillWorks }
}

test.each(FOREIGN)(
  'case 70: an unsafe request with a live cookie from %s is 403 and not done',
  async (origin) => {
    const { ask, done, stillWorks } = await withCookie()
    for (const path of ['/things', '/api/auth/logout']) {
      const answer = await ask('POST', { Origin: origin }, path).expect(403)
      expect(answer.body.code).toBe('csrf_failed')
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
    }
    expect(done).toEqual([])
    await stillWorks()
  },
)

test('case 71: Sec-Fetch-Site: cross-site is 403 on every unsafe method, with a live cookie', async () => {
  const { ask, done, stillWorks } = await withCookie()
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    for (const site of ['cross-site', 'same-site', 'none, cross-site'])
      await ask(method, { 'Sec-Fetch-Site': site, Origin: 'https://evil.example' }).expect(403)
    await ask(method, { 'Sec-Fetch-Site': 'cross-site' }).expect(403)
    await ask(method, { 'Sec-Fetch-Site': 'cross-site', Origin: LISTED }).expect(403)
    expect(done).toEqual([])
    await stillWorks(method)
  }
})

test('case 73: a bearer token next to a live cookie does not replace the proof of origin', async () => {
  const { ask, done, stillWorks } = await withCookie()
  const own = await token(OWNER)
  for (const Authorization of ['Bearer x.y.z', `Bearer ${own}`])
    for (const Origin of ['https://evil.example', undefined]) {
      const { status } = await ask('POST', { Authorization, Origin })
      expect([Authorization.slice(0, 12), Origin, status]).toEqual([Authorization.slice(0, 12), Origin, 403])
    }
  expect(done).toEqual([])
  await stillWorks()
})
