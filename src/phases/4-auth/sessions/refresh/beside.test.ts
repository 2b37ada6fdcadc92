import jwt from 'jsonwebtoken'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../../test/support/auth-app.js'
import { issueReset } from '../../links/reset-token.js'
import { sweep } from '../../sweep.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const DAY = 86_400

let one: AuthApp
beforeAll(async () => {
  one = await authApp({ env: { TOKEN_STYLE: 'refresh', AUTH_MAX_SESSIONS: '2' }, dial: 6 })
  // The page that claims logs in, with a cookie that lasts as long as the login.
  const claimed = await request(one.app)
    .post('/auth/register')
    .set('Sec-Fetch-Site', 'same-origin')
    .type('form')
    .send({ ...OWNER, claim_code: CODE, next: '/things' })
    .expect(303)
  expect([claimed.headers['set-cookie']].flat()[0]).toMatch(/^usertwo=[^;]+; Max-Age=2592000; /)
}, 60_000)
afterAll(() => one?.dispose())

interface Tokens {
  access_token: string
  refresh_token: string
}
async function logIn(more: object = {}): Promise<Tokens> {
  const { body } = await request(one.app)
    .post('/api/auth/login')
    .send({ ...OWNER, ...more })
    .expect(200)
  return body
}
const refresh = ({ refresh_token }: Tokens, status: number) =>
  request(one.app).post('/api/auth/refresh').send({ refresh_token }).expect(status)
const as = ({ access_token }: Tokens) => ({ Authorization: `Bearer ${access_token}` })
const sidOf = ({ refresh_token }: Tokens) => (jwt.decode(refresh_token) as { sid: string }).sid

test('giving the password again makes another access token and leaves the refresh token unchanged', async () => {
  const login = await logIn()
  const { body } = await request(one.app)
    .post('/api/auth/reauth')
    .set(as(login))
    .send({ password: OWNER.password })
    .expect(200)
  expect(Object.keys(body)).toEqual(['access_token', 'token_type', 'expires_in'])
  expect(body.expires_in).toBe(900)
  await request(one.app).get('/api/auth/me').set(as(login)).expect(401)
  await request(one.app).get('/api/auth/me').set(as(body)).expect(200)
  const { body: next } = await refresh(login, 200)
  // A password given in this login counts for each of its tokens.
  await request(one.app).delete('/api/auth/sessions').set(as(next)).expect(204)
})

test('case 65: one login too many ends the oldest, and a login that ended unused does not count', async () => {
  const first = await logIn()
  one.clock.move(1)
  const second = await logIn()
  one.clock.move(1)
  const third = await logIn()
  await refresh(first, 401)
  one.clock.move(14 * DAY - 1)
  const { body: kept } = await refresh(third, 200)
  one.clock.move(2)
  await refresh(second, 401)
  const fourth = await logIn()
  await refresh(kept, 200)
  await refresh(fourth, 200)
})

test('the list shows when each login ends if it is not used, and ending one ends its refresh token', async () => {
  const here = await logIn()
  const there = await logIn()
  const list = () => request(one.app).get('/api/auth/sessions').set(as(here)).expect(200)
  const { body: shown } = await list()
  expect(shown).toHaveLength(2)
  const ends = Date.parse(shown[0].expires_at) - one.clock.now().getTime()
  expect(Math.round(ends / 1000 / DAY)).toBe(14)
  expect(JSON.stringify(shown)).not.toContain('refresh')
  await request(one.app)
    .delete(`/api/auth/sessions/${sidOf(there)}`)
    .set(as(here))
    .expect(204)
  await refresh(there, 401)
  expect((await list()).body).toHaveLength(1)
})

test('changing a password ends the other logins, and setting one by a link ends all', async () => {
  const here = await logIn()
  const there = await logIn()
  await request(one.app)
    .post('/api/auth/password/change')
    .set(as(here))
    .send({ current_password: OWNER.password, password: OWNER.password })
    .expect(204)
  await refresh(there, 401)
  const { body: next } = await refresh(here, 200)
  const token = await issueReset(one.db, 1, one.clock)
  await request(one.app)
    .post('/api/auth/password/reset')
    .send({ token, password: OWNER.password })
    .expect(204)
  await refresh(next, 401)
})

test('a login that ended unused is deleted a day later, however long it could have lasted', async () => {
  const login = await logIn()
  const isThere = async () => (await one.db('usertwo.user_sessions').where({ id: sidOf(login) })).length === 1
  one.clock.move(14 * DAY)
  await sweep(one.kit)
  expect(await isThere()).toBe(true)
  one.clock.move(DAY + 60)
  await sweep(one.kit)
  expect(await isThere()).toBe(false)
})
