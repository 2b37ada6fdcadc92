import request from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../../test/support/auth-app.js'
import { createUser } from '../../registration/create-user.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const OWN = 'https://app.example.com'

let one: AuthApp
let strict: AuthApp
let token: string
let cookie: string
let csrf: string

beforeAll(async () => {
  one = await authApp()
  strict = await authApp({ url: one.url, env: { AUTH_CSRF: 'token' } })
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
  const { body, headers } = await request(one.app).post('/api/auth/login').send(OWNER).expect(200)
  token = body.access_token
  const [login, readable] = headers['set-cookie'] as unknown as string[]
  cookie = `${login!.split(';', 1)[0]}; ${readable!.split(';', 1)[0]}`
  csrf = readable!.split(';', 1)[0]!.split('=')[1]!
})

afterAll(async () => {
  await strict?.dispose()
  await one?.dispose()
})

const write = (headers: Record<string, string>, app = one) =>
  request(app.app)
    .post('/things')
    .set({ Cookie: cookie, ...headers })
    .send({})

describe('an unsafe request of the app with the login cookie', () => {
  test.each([
    ['the token', { 'X-CSRF-Token': 'CSRF' }, 200],
    ['the exact origin', { Origin: OWN }, 200],
    ['Sec-Fetch-Site: same-origin', { 'Sec-Fetch-Site': 'same-origin' }, 200],
    ['nothing', {}, 403],
    ['Origin: null', { Origin: 'null' }, 403],
    ['an origin that begins alike', { Origin: `${OWN}.evil` }, 403],
    ['an origin that ends alike', { Origin: 'https://evil-app.example.com' }, 403],
    ['http instead of https', { Origin: 'http://app.example.com' }, 403],
    ['another port', { Origin: `${OWN}:8443` }, 403],
    ['a page of another site', { 'Sec-Fetch-Site': 'cross-site', Origin: OWN }, 403],
    ['a sibling domain', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['a token of the app’s own, and no origin', { 'X-CSRF-Token': 'wrong' }, 403],
    ['a token of the app’s own from the own origin', { 'X-CSRF-Token': 'wrong', Origin: OWN }, 200],
    ['an empty token from the own origin', { 'X-CSRF-Token': '', Origin: OWN }, 200],
    ['a bearer header beside the cookie, and no proof', { Authorization: 'TOKEN' }, 403],
    ['Origin: null of its own page', { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' }, 200],
    ['Origin: null and the token', { Origin: 'null', 'X-CSRF-Token': 'CSRF' }, 200],
    ['Origin: null in a sandbox', { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['an origin only its proxy knows', { Origin: 'https://pile', 'Sec-Fetch-Site': 'same-origin' }, 200],
    ["the SPA's page on a listed sibling", { Origin: OWN, 'Sec-Fetch-Site': 'same-site' }, 200],
    ['a sibling that is not listed', { Origin: 'https://x.example.com', 'Sec-Fetch-Site': 'same-site' }, 403],
    ['an address typed in', { 'Sec-Fetch-Site': 'none' }, 403],
    ['the exact origin over plain http', { Host: 'pile.lan:3000', Origin: 'http://pile.lan:3000' }, 200],
    ['another host over plain http', { Host: 'pile.lan:3000', Origin: 'http://pile.lan' }, 403],
  ])('with %s: %o', async (_what, given, status) => {
    const headers = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        name,
        value.replace('CSRF', csrf).replace('TOKEN', `Bearer ${token}`),
      ]),
    )
    const answer = await write(headers)
    expect(answer.status).toBe(status)
    if (status === 403) expect(answer.body.code).toBe('csrf_failed')
  })
})

test('needs no proof for reading, for a bearer header alone, and without a login', async () => {
  await request(one.app).get('/things').set('Cookie', cookie).expect(200)
  await request(one.app).post('/things').set('Authorization', `Bearer ${token}`).expect(200)
  await request(one.app).post('/things').expect(200)
})

test('AUTH_CSRF=token demands the token from the own origin too', async () => {
  await write({ Origin: OWN }, strict).expect(403)
  await write({ 'X-CSRF-Token': csrf }, strict).expect(200)
})

test('the auth API with a cookie accepts the token and nothing else', async () => {
  const out = (headers: Record<string, string>) =>
    request(one.app)
      .post('/api/auth/logout')
      .set({ Cookie: cookie, ...headers })
  await out({}).expect(403)
  await out({ Origin: OWN, 'Sec-Fetch-Site': 'same-origin' }).expect(403)
  const { body } = await request(one.app).get('/api/auth/csrf').set('Cookie', cookie).expect(200)
  expect(body).toEqual({ csrfToken: csrf })
})

test('a listed origin on another site may log in', async () => {
  const listed = { Origin: OWN, 'Sec-Fetch-Site': 'cross-site' }
  await request(one.app).post('/api/auth/login').set(listed).send(OWNER).expect(200)
})

test('case 38: a login from a page of another site is refused', async () => {
  for (const from of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }])
    await request(one.app).post('/api/auth/login').set(from).send(OWNER).expect(403)
})

test('a login, a registration or a claim with Origin: null is refused without a cookie too', async () => {
  for (const path of ['/api/auth/login', '/api/auth/register']) {
    const from = (headers: Record<string, string>) => request(one.app).post(path).set(headers).send({})
    expect((await from({ Origin: 'null' })).body.code, path).toBe('csrf_failed')
    expect((await from({ Origin: 'null', 'Sec-Fetch-Site': 'same-origin' })).status, path).toBe(400)
    expect((await from({})).status, path).toBe(400)
  }
})

test("another login's token is refused, even if cookie and header agree", async () => {
  const { headers } = await request(one.app).post('/api/auth/login').send(OWNER).expect(200)
  const other = (headers['set-cookie'] as unknown as string[])[1]!.split(';', 1)[0]!.split('=')[1]!
  await write({ 'X-CSRF-Token': other }).expect(403)
  const [login] = cookie.split(';')
  await request(one.app)
    .post('/things')
    .set({ Cookie: `${login}; csrftoken=mine`, 'X-CSRF-Token': 'mine' })
    .expect(403)
})

test('U14: a csrftoken cookie that a sibling host planted does not make a page’s own requests fail', async () => {
  const bob = { email: 'bob@example.com', password: 'another long enough one' }
  await createUser(one.db, one.kit.config, bob)
  const { headers } = await request(one.app).post('/api/auth/login').send(bob).expect(200)
  const bobs = (headers['set-cookie'] as unknown as string[])[1]!.split(';', 1)[0]!.split('=')[1]!
  for (const planted of ['planted', bobs]) {
    const Cookie = `csrftoken=${planted}; ${cookie}`
    const page = { Cookie, 'X-CSRF-Token': planted, 'Sec-Fetch-Site': 'same-origin', Origin: OWN }
    for (const app of [one, strict]) {
      await write(page, app).expect(200)
      await request(app.app).get('/things').set(page).expect(200)
      await write({ ...page, 'Sec-Fetch-Site': 'same-site', Origin: 'https://x.example.com' }, app).expect(
        403,
      )
      await write({ Cookie, 'X-CSRF-Token': planted }, app).expect(403)
    }
  }
})

test('a method in a header or the query does not make a reading request write', async () => {
  const answer = await request(one.app)
    .get('/api/auth/logout?_method=POST')
    .set({ Cookie: cookie, 'X-HTTP-Method-Override': 'POST' })
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({ app: '/api/auth/logout?_method=POST', user: 1 })
  await request(one.app).get('/api/auth/me').set('Cookie', cookie).expect(200)
})
