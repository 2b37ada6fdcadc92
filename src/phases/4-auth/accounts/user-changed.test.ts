import request from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE, SECRET } from '../../../../test/support/auth-app.js'
import { createUser } from '../registration/create-user.js'
import { csrfTokens } from '../sessions/cookies/csrf-token.js'

const ANN = { email: 'ann@example.com', password: 'a long enough one' }
const BOB = { email: 'bob@example.com', password: 'another long one', username: '<b>bob' }
const OWN = { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://app.example.com' }

let one: AuthApp
let strict: AuthApp
/** The cookie of a login, and the token its page got. */
interface Login {
  cookie: string
  csrf: string
}
let ann: Login
let annAgain: Login
let bob: Login

async function login({ email, password }: typeof ANN): Promise<Login> {
  const { headers } = await request(one.app).post('/api/auth/login').send({ email, password }).expect(200)
  const pairs = (headers['set-cookie'] as unknown as string[]).map((line) => line.split(';', 1)[0]!)
  const csrf = pairs.find((pair) => pair.startsWith('csrftoken='))!.slice('csrftoken='.length)
  return { cookie: pairs.join('; '), csrf }
}

beforeAll(async () => {
  one = await authApp({ dial: 6 })
  strict = await authApp({ dial: 6, url: one.url, env: { AUTH_CSRF: 'token' } })
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...ANN, claim_code: CODE })
    .expect(202)
  await createUser(one.db, one.kit.config, { email: BOB.email, password: BOB.password })
  await one.db('users').where({ id: 2 }).update({ username: BOB.username })
  ann = await login(ANN)
  annAgain = await login(ANN)
  bob = await login(BOB)
})
afterAll(async () => {
  await strict?.dispose()
  await one?.dispose()
})

const form = (
  fields: Record<string, string>,
  { cookie }: Login,
  headers: Record<string, string> = {},
  app = one,
) =>
  request(app.app)
    .post('/things')
    .set({ Cookie: cookie, ...OWN, ...headers })
    .type('form')
    .send(fields)
const PAGE = { 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html,*/*;q=0.8' }

describe('two tabs, two people', () => {
  test('a form made for another user is refused, and a page says why', async () => {
    one.seen.length = 0
    const answer = await form({ text: 'mine', _csrf: ann.csrf }, bob, PAGE)
    expect(answer.status).toBe(409)
    expect(answer.type).toBe('text/html')
    expect(answer.text).toContain('Another user is logged in')
    expect(answer.text).toContain('&lt;b&gt;bob')
    expect(answer.text).not.toContain('<b>bob')
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    })
    const called = await form({ text: 'mine', _csrf: ann.csrf }, bob, {
      Accept: '*/*',
      'Sec-Fetch-Mode': 'cors',
    })
    expect([called.status, called.body.code]).toEqual([409, 'user_changed'])
    expect(one.seen).toEqual([])
  })

  test('an upload is recognised by its field too, and arrives whole if it is the caller’s', async () => {
    const send = (csrf: string) =>
      request(one.app)
        .post('/things')
        .set({ Cookie: bob.cookie, ...OWN })
        .field('_csrf', csrf)
        .attach('file', Buffer.alloc(200_000, 'a'), 'a.txt')
    expect((await send(ann.csrf)).status).toBe(409)
    expect((await send(bob.csrf)).status).toBe(200)
  })

  test('a call is recognised by its header, a GET too; the auth API returns the current user', async () => {
    const headers = { Cookie: bob.cookie, ...OWN, 'X-CSRF-Token': ann.csrf }
    for (const method of ['get', 'post', 'delete'] as const) {
      const answer = await request(one.app)[method]('/things').set(headers)
      expect([method, answer.status, answer.body.code]).toEqual([method, 409, 'user_changed'])
    }
    expect((await request(one.app).get('/api/auth/me').set(headers)).body.id).toBe(2)
    expect((await request(one.app).post('/api/auth/logout').set(headers)).status).toBe(409)
    expect((await request(one.app).get('/api/auth/me').set('Cookie', bob.cookie)).status).toBe(200)
  })

  test('the caller’s own page is accepted: of this login, and of the previous one if the origin is proof', async () => {
    for (const { csrf } of [ann, annAgain]) {
      expect((await form({ _csrf: csrf }, annAgain)).status).toBe(200)
      const headers = { Cookie: annAgain.cookie, ...OWN, 'X-CSRF-Token': csrf }
      expect((await request(one.app).post('/things').set(headers)).status).toBe(200)
      expect((await request(one.app).get('/things').set(headers)).status).toBe(200)
    }
    expect((await form({ _csrf: ann.csrf }, annAgain, {}, strict)).status).toBe(403)
    expect((await form({ _csrf: ann.csrf }, bob, {}, strict)).status).toBe(409)
  })

  test('a form without the field acts as the current user, as the docs say', async () => {
    expect((await form({ text: 'mine' }, bob)).body).toEqual({ app: '/things', user: 2 })
  })
})

test('case 68: without proof of origin, another user’s token or one from before the login is 403', async () => {
  const from = { 'Sec-Fetch-Site': 'none', Origin: 'https://evil.example' }
  for (const csrf of [ann.csrf, 'x', '']) {
    expect((await form({ _csrf: csrf }, bob, from)).body.code).toBe('csrf_failed')
    expect(
      (await request(one.app).post('/things').set({ Cookie: bob.cookie, 'X-CSRF-Token': csrf })).status,
    ).toBe(403)
    expect(
      (await request(one.app).post('/api/auth/logout').set({ Cookie: bob.cookie, 'X-CSRF-Token': csrf }))
        .status,
    ).toBe(403)
  }
})

test('case 67: a forged token is invalid, whichever user it names', async () => {
  const { forWhom, matches, of } = csrfTokens(SECRET)
  expect(forWhom(ann.csrf)).toBe('1')
  expect(forWhom(of('s', 'a-uuid'))).toBe('a-uuid')
  expect(matches('s', of('s', 1))).toBe(true)
  const name = (text: string) => Buffer.from(text).toString('base64url')
  const wrong = [
    ann.csrf.slice(0, 65) + name('2'),
    ann.csrf.slice(0, 64) + name('1'),
    `${ann.csrf}A`,
    ann.csrf.slice(0, 43),
    '',
    undefined,
    csrfTokens(`${SECRET}x`).of('s', 1),
  ]
  for (const one of wrong) expect([one, forWhom(one)]).toEqual([one, null])
  expect(matches('other', ann.csrf)).toBe(false)
  const answer = await form({ _csrf: wrong[0]! }, bob)
  expect(answer.status).toBe(200)
})
