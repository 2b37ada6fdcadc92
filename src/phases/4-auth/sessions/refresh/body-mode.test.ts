import jwt from 'jsonwebtoken'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE, SECRET } from '../../../../../test/support/auth-app.js'
import { disable } from '../../admin/disable-user.js'
import { createUser } from '../../registration/create-user.js'
import { keysOfSecret } from '../keys/keys.js'
import { refreshTokens } from './refresh-token.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const OTHER = { email: 'other@example.com', password: 'another long one' }
const DAY = 86_400
const ENV = { TOKEN_STYLE: 'refresh', SMTP_URL: 'smtp://127.0.0.1:1', PUBLIC_URL: 'https://app.example.com' }

let one: AuthApp
let other: AuthApp
beforeAll(async () => {
  const env = { ...ENV, MAIL_FROM: 'no-reply@example.com', AUTH_REQUIRE_EMAIL_VERIFY: 'false' }
  one = await authApp({ env, dial: 5 })
  other = await authApp({ env, dial: 5, url: one.url })
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
  await createUser(one.db, one.kit.config, { ...OTHER, username: 'other' })
  const stored = { password_hash: `cheap ${OTHER.password}` }
  await one.db('usertwo.credentials').where({ user_id: 2 }).update(stored)
}, 60_000)
afterAll(async () => {
  await other?.dispose()
  await one?.dispose()
})
beforeEach(() => one.db('usertwo.outbox').delete())

interface Tokens {
  access_token: string
  refresh_token: string
  expires_in: number
}
async function logIn(who = OWNER, more: object = {}, { app } = one): Promise<Tokens> {
  const { body } = await request(app)
    .post('/api/auth/login')
    .send({ ...who, ...more })
    .expect(200)
  return body
}
const refresh = (refresh_token: unknown, { app } = one) =>
  request(app).post('/api/auth/refresh').send({ refresh_token })
const me = (token: string, { app } = one) =>
  request(app)
    .get('/api/auth/me')
    .set('Authorization', `Bearer ${token}`)
    .then(({ status }) => status)
const claimsOf = (token: string) =>
  jwt.decode(token) as { sid: string; rid: string; exp: number; iat: number }
const rowOf = (token: string) =>
  one
    .db('usertwo.user_sessions')
    .where({ id: claimsOf(token).sid })
    .first()
const noted = (event: string) => one.db('usertwo.audit').where({ event }).pluck('user_id')

test('a login is a short access token and a refresh token in the answer, and no cookie', async () => {
  const answer = await request(one.app).post('/api/auth/login').send(OWNER).expect(200)
  expect(Object.keys(answer.body)).toEqual(['access_token', 'token_type', 'expires_in', 'refresh_token'])
  expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 900 })
  // This cookie recognises the browser; it does not log in.
  expect([answer.headers['set-cookie']].flat().map((one) => one!.split('=')[0])).toEqual(['usertwo-device'])
  const { header, payload } = jwt.decode(answer.body.refresh_token, { complete: true })!
  expect(header).toMatchObject({ typ: 'rt+jwt', alg: 'HS256' })
  expect(Object.keys(payload).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'rid', 'sid', 'sub'])
  expect(await me(answer.body.access_token)).toBe(200)
  const { body } = await request(one.app).get('/api/auth/config').expect(200)
  expect(body).toMatchObject({ token_style: 'refresh', refresh: 'body' })
})

test('a refresh returns the next tokens, and the previous access token stays valid until it expires', async () => {
  const before = await logIn()
  const { body, headers } = await refresh(before.refresh_token).expect(200)
  expect(Object.keys(body)).toEqual(['access_token', 'token_type', 'expires_in', 'refresh_token'])
  expect(headers['cache-control']).toBe('no-store')
  expect(headers['set-cookie']).toBeUndefined()
  expect(claimsOf(body.refresh_token).rid).not.toBe(claimsOf(before.refresh_token).rid)
  expect([await me(before.access_token), await me(body.access_token, other)]).toEqual([200, 200])
  await refresh(body.refresh_token, other).expect(200)
})

test('case 53: an old refresh token ends the login and its access tokens, and notifies its user', async () => {
  const first = await logIn()
  const { body: second } = await refresh(first.refresh_token).expect(200)
  const before = (await noted('refresh_reused')).length
  const reused = await refresh(first.refresh_token, other).expect(401)
  expect(reused.body).toMatchObject({ code: 'authentication_required' })
  const after = await refresh(second.refresh_token).expect(401)
  expect(after.body).toEqual(reused.body)
  expect([await me(first.access_token), await me(second.access_token)]).toEqual([401, 401])
  expect((await noted('refresh_reused')).slice(before)).toEqual([1])
  expect(await one.db('usertwo.outbox').select('kind', 'user_id')).toEqual([
    { kind: 'refresh_reused', user_id: 1 },
  ])
  // The second time it has already ended: no second mail, no second row.
  await refresh(first.refresh_token).expect(401)
  expect((await noted('refresh_reused')).length).toBe(before + 1)
})

test('case 54: within the grace a token returns the same successor again, one step back, and after the grace it ends the login', async () => {
  const graced = await authApp({
    env: { ...ENV, REFRESH_GRACE_SECONDS: '10', MAIL_FROM: 'a@example.com' },
    url: one.url,
  })
  const first = await logIn()
  const second = await refresh(first.refresh_token, graced).expect(200)
  const again = await refresh(first.refresh_token, graced).expect(200)
  expect(again.body.refresh_token).toBe(second.body.refresh_token)
  expect(again.body.access_token).not.toBe(second.body.access_token)
  const { rotated_at } = await rowOf(first.refresh_token)
  expect((await rowOf(first.refresh_token)).refresh_id).toBe(claimsOf(second.body.refresh_token).rid)

  const third = await refresh(second.body.refresh_token, graced).expect(200)
  expect((await rowOf(first.refresh_token)).rotated_at > rotated_at).toBe(true)
  // Elapsed time is measured by the database's clock.
  const past = (seconds: number) =>
    one
      .db('usertwo.user_sessions')
      .where({ id: claimsOf(first.refresh_token).sid })
      .update({ rotated_at: one.db.raw(`clock_timestamp() - ${seconds} * interval '1 s'`) })
  await past(9)
  await refresh(second.body.refresh_token, graced).expect(200)
  expect((await refresh(third.body.refresh_token, graced).expect(200)).status).toBe(200)
  // Two steps back, though all of it was within the grace.
  await refresh(second.body.refresh_token, graced).expect(401)
  expect(await me(third.body.access_token)).toBe(401)

  const late = await logIn()
  await refresh(late.refresh_token, graced).expect(200)
  await one
    .db('usertwo.user_sessions')
    .where({ id: claimsOf(late.refresh_token).sid })
    .update({ rotated_at: one.db.raw(`clock_timestamp() - interval '11 s'`) })
  await refresh(late.refresh_token, graced).expect(401)
  expect((await rowOf(late.refresh_token)).revoked_at).not.toBeNull()
  await graced.dispose()
})

test('case 57: no token of an ended login, of a disabled account or of another user is valid', async () => {
  const ended = await logIn()
  await request(one.app)
    .post('/api/auth/logout')
    .set('Authorization', `Bearer ${ended.access_token}`)
    .expect(204)
  const refused = (await refresh(ended.refresh_token).expect(401)).body

  const mine = await logIn()
  const { sid, rid } = claimsOf(mine.refresh_token)
  const keys = keysOfSecret(SECRET)
  const signing = { keys: () => keys, issuer: 'usertwo', audience: 'usertwo', clock: one.clock }
  const forged = refreshTokens(signing, SECRET)
  const end = new Date(Date.now() + DAY * 1000)
  const make = (user: number | string) =>
    forged.sign({ user, id: sid, rid, at: new Date(), end, isShared: false })
  for (const user of [2, '01', '1 ']) expect((await refresh(make(user)).expect(401)).body).toEqual(refused)
  expect((await rowOf(mine.refresh_token)).revoked_at).toBeNull()

  const theirs = await logIn(OTHER)
  await disable(one.db, one.kit.config, 2)
  expect((await refresh(theirs.refresh_token).expect(401)).body).toEqual(refused)
  await refresh(mine.refresh_token).expect(200)
})

test('case 57: a login ends when it is not used, later when it is, and at its fixed end in any case', async () => {
  const start = one.clock.now().getTime()
  const unused = await logIn()
  let used = await logIn()
  const shared = await logIn(OWNER, { shared_computer: true })
  const { exp } = claimsOf(used.refresh_token)
  expect(Math.abs(exp - 30 * DAY - start / 1000)).toBeLessThan(10)
  const move = (seconds: number) => one.clock.move(seconds)
  move(8 * 3_600 + 1)
  await refresh(shared.refresh_token).expect(401)
  move(13 * DAY)
  used = (await refresh(used.refresh_token).expect(200)).body
  move(1 * DAY)
  await refresh(unused.refresh_token).expect(401)
  expect(await me(unused.access_token)).toBe(401)
  move(12 * DAY)
  used = (await refresh(used.refresh_token).expect(200)).body
  expect(claimsOf(used.refresh_token).exp).toBe(exp)
  move(3 * DAY + 8 * 3_600)
  expect(Number((await rowOf(used.refresh_token)).expires_at)).toBe(
    exp * 1000 + (Number((await rowOf(used.refresh_token)).ends_at) % 1000),
  )
  used = (await refresh(used.refresh_token).expect(200)).body
  expect(used.expires_in).toBeLessThan(900 * 10)
  move(DAY)
  await refresh(used.refresh_token).expect(401)
  one.clock.move(-(one.clock.now().getTime() - Date.now()) / 1000)
})

test('a logout ends the login that its refresh token names, however old the access token is', async () => {
  const out = (body: object | string, token = '') =>
    request(one.app)
      .post('/api/auth/logout')
      .set({ 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) })
      .send(body)
      .expect(204)
  const mine = await logIn()
  const replaced = mine.refresh_token
  const { body: next } = await refresh(replaced).expect(200)
  const theirs = await logIn()
  const isOver = async (token: string) => (await rowOf(token)).revoked_at !== null
  one.clock.move(901)
  const before = [(await noted('logout')).length, (await noted('refresh_reused')).length]
  for (const body of ['{', '[]', 'null', {}, { refresh_token: 1 }, { refresh_token: `${replaced}x` }])
    await out(body, next.access_token)
  await out({ refresh_token: next.access_token })
  expect(await isOver(replaced)).toBe(false)
  // A replaced token names it as well: its holder could end the login in any case.
  await out({ refresh_token: replaced }, next.access_token)
  expect([await isOver(replaced), await isOver(theirs.refresh_token)]).toEqual([true, false])
  await out({ refresh_token: replaced })
  expect([(await noted('logout')).length, (await noted('refresh_reused')).length]).toEqual([
    before[0]! + 1,
    before[1],
  ])
  await refresh(next.refresh_token).expect(401)
  // Each of the two names its own.
  await out({ refresh_token: theirs.refresh_token }, (await logIn()).access_token)
  expect(await isOver(theirs.refresh_token)).toBe(true)
  one.clock.move(-901)
})

test('a logout ends the login in the cookie it clears, as well as that of the header', async () => {
  const page = await request(one.app)
    .post('/auth/login')
    .set('Sec-Fetch-Site', 'same-origin')
    .type('form')
    .send({ ...OWNER, next: '/' })
    .expect(303)
  const cookies = [page.headers['set-cookie']].flat().map((line) => line!.split(';', 1)[0]!)
  const csrf = cookies.find((pair) => pair.startsWith('csrftoken='))!.slice('csrftoken='.length)
  const asked = () => request(one.app).get('/api/auth/me').set('Cookie', cookies.join('; '))
  await asked().expect(200)
  await request(one.app)
    .post('/api/auth/logout')
    .set({
      Cookie: cookies.join('; '),
      'X-CSRF-Token': csrf,
      Authorization: `Bearer ${(await logIn()).access_token}`,
    })
    .expect(204)
  await asked().expect(401)
})

test('case 58: neither token is accepted as the other, and nothing else as either', async () => {
  const { access_token, refresh_token } = await logIn()
  await refresh(access_token).expect(401)
  expect(await me(refresh_token)).toBe(401)
  await request(one.app).get('/api/auth/me').set('Cookie', `usertwo=${refresh_token}`).expect(401)
  for (const token of [
    '',
    'x',
    'a.b.c',
    `${refresh_token}=`,
    `${refresh_token} `,
    refresh_token.slice(0, -1),
    'x'.repeat(9_000),
  ])
    expect((await refresh(token)).status, token.slice(0, 20)).toBe(401)
  for (const token of [undefined, null, 1, {}, [refresh_token]])
    expect((await refresh(token)).body).toMatchObject({ code: 'invalid_request' })
  await request(one.app).post('/api/auth/refresh').type('form').send({ refresh_token }).expect(415)
  await request(one.app).get('/api/auth/me').set('Cookie', `refresh_token=${refresh_token}`).expect(401)
  await refresh(refresh_token).expect(200)
})

test('a login page sets a cookie as before: it lasts as long as the login, which ends when it is not used', async () => {
  const answer = await request(one.app)
    .post('/auth/login')
    .set('Sec-Fetch-Site', 'same-origin')
    .type('form')
    .send({ ...OWNER, next: '/' })
    .expect(303)
  const [cookie] = [answer.headers['set-cookie']].flat() as [string]
  expect(cookie).toMatch(/^usertwo=[^;]+; Max-Age=2592000; /)
  const asked = () => request(one.app).get('/api/auth/me').set('Cookie', cookie.split(';', 1)[0]!)
  one.clock.move(10 * DAY)
  await asked().expect(200)
  one.clock.move(10 * DAY)
  await asked().expect(200)
  one.clock.move(9 * DAY)
  await asked().expect(200)
  one.clock.move(2 * DAY)
  await asked().expect(401)
  one.clock.move(-31 * DAY)
})

test('usertwo’s script asks for the cookie of a page instead, and gets no refresh token', async () => {
  const answer = await request(one.app)
    .post('/api/auth/login')
    .send({ ...OWNER, in_cookie: true })
    .expect(200)
  expect(Object.keys(answer.body)).toEqual(['access_token', 'token_type', 'expires_in'])
  expect(answer.body.expires_in).toBe(900)
  const [cookie] = [answer.headers['set-cookie']].flat() as [string]
  expect(cookie).toMatch(/^usertwo=[^;]+; Max-Age=2592000; /)
})

test('bearer style has no such address, and accepts no refresh token', async () => {
  const { refresh_token } = await logIn()
  const bearer = await authApp({ url: one.url, behind: (_req, res) => void res.status(418).end() })
  await refresh(refresh_token, bearer).expect(418)
  expect(await me(refresh_token, bearer)).toBe(401)
  const { body } = await request(bearer.app).post('/api/auth/login').send(OWNER).expect(200)
  expect(Object.keys(body)).toEqual(['access_token', 'token_type', 'expires_in'])
  expect(body.expires_in).toBe(30 * DAY)
  expect((await rowOf(body.access_token)).ends_at).toBeNull()
  // A login from before stays valid in the other style.
  expect(await me(body.access_token)).toBe(200)
  await bearer.dispose()
})
