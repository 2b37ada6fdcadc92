import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, type AuthAppOptions, authApp, CODE } from '../../../test/support/auth-app.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const running: AuthApp[] = []

async function start(options?: AuthAppOptions): Promise<AuthApp> {
  const one = await authApp({ realHashes: true, ...options })
  running.push(one)
  return one
}

afterEach(async () => {
  for (const one of running.splice(0)) await one.dispose()
})

let address = 0
/** From an address of its own, so that limits by address do not mix tests up. */
const post = (one: AuthApp, path: string) =>
  request(one.app)
    .post(`/api/auth${path}`)
    .set('X-Forwarded-For', `10.0.${Math.floor(++address / 250)}.${address % 250}`)

async function claimed(options?: AuthAppOptions): Promise<{ one: AuthApp; token: string; cookie: string[] }> {
  const one = await start(options)
  await post(one, '/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
  const { body, headers } = await post(one, '/login').send(OWNER).expect(200)
  return { one, token: body.access_token, cookie: headers['set-cookie'] as unknown as string[] }
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })

test('claims the owner with the code, logs in, says who that is, and logs out', async () => {
  const { one, token } = await claimed()
  const me = await request(one.app).get('/api/auth/me').set(bearer(token)).expect(200)
  expect(me.body).toEqual({
    id: 1,
    username: 'default_user',
    email: OWNER.email,
    roles: ['user', 'admin'],
    permissions: [],
    is_admin: true,
  })
  expect(me.headers['cache-control']).toBe('no-store')
  await post(one, '/logout').set(bearer(token)).expect(204)
  await request(one.app).get('/api/auth/me').set(bearer(token)).expect(401)
})

test('case 42: keeps registration closed to everyone without the code, with the same answer', async () => {
  const one = await start()
  const without = await post(one, '/register').send(OWNER).expect(403)
  const wrong = await post(one, '/register')
    .send({ ...OWNER, claim_code: 'WRNG-2345' })
    .expect(403)
  await post(one, '/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
  const again = await post(one, '/register')
    .send({ ...OWNER, email: 'thief@example.com', claim_code: CODE })
    .expect(403)
  expect(without.body.code).toBe('registration_closed')
  expect(wrong.body).toEqual(without.body)
  expect(again.body).toEqual(without.body)
  expect(await one.db('users').select('id', 'email')).toEqual([{ id: 1, email: OWNER.email }])
})

test('case 41: lets exactly one of two simultaneous claims have the owner', async () => {
  const one = await start()
  const both = await Promise.all(
    ['a@example.com', 'b@example.com'].map((email) =>
      post(one, '/register').send({ ...OWNER, email, claim_code: CODE }),
    ),
  )
  expect(both.map((answer) => answer.status).sort()).toEqual([202, 403])
  expect(await one.db('users')).toHaveLength(1)
})

test('cases 44 and 45: an open registration makes a user besides the owner, and drops fields that no client may choose', async () => {
  const one = await start({ open: true })
  const prepared: unknown[] = []
  one.kit.onRegistered(async (_trx, id) => {
    prepared.push(id)
  })
  const own = { id: 1, is_admin: true, user_id: 1, created_at: '2000-01-01' }
  const given = { ...OWNER, ...own, role: 'admin', roles: ['admin'], email_verified: true, is_verified: true }
  await post(one, '/register').send(given).expect(202)
  const [made] = await one.db('users').where({ email: OWNER.email })
  expect(made).toMatchObject({ id: 2, username: 'owner', is_admin: false })
  expect(new Date(made.created_at).getFullYear()).toBeGreaterThan(2000)
  const kept = await one.db('usertwo.credentials').where({ user_id: 2 }).first('roles', 'is_verified')
  expect(kept).toEqual({ roles: ['user'], is_verified: false })
  expect(prepared).toEqual([2])
})

test('case 40: answers a taken e-mail address like a free one and changes nothing', async () => {
  const one = await start({ open: true })
  const free = await post(one, '/register').send(OWNER).expect(202)
  const taken = await post(one, '/register')
    .send({ email: ' OWNER@example.com', password: 'another password' })
    .expect(202)
  expect(taken.body).toEqual(free.body)
  await post(one, '/login').send(OWNER).expect(200)
})

test('case 25: gives the same answer to every failed login', async () => {
  const { one } = await claimed()
  const wrong = await post(one, '/login').send({ ...OWNER, password: 'wrong one here' })
  const unknown = await post(one, '/login').send({ ...OWNER, email: 'unknown@example.com' })
  expect([wrong.status, unknown.status]).toEqual([401, 401])
  expect(wrong.body).toEqual(unknown.body)
  expect(Object.keys(wrong.headers)).toEqual(Object.keys(unknown.headers))
})

test('stops the sixth attempt a minute on an account, from any address, known or not', async () => {
  const { one } = await claimed()
  for (const email of [OWNER.email, 'unknown@example.com']) {
    one.clock.move(61)
    const many = await Promise.all(
      Array.from({ length: 8 }, () => post(one, '/login').send({ email, password: 'wrong one here' })),
    )
    const statuses = many.map((answer) => answer.status).sort()
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
    const limited = many.find((answer) => answer.status === 429)!
    expect(limited.body.code).toBe('rate_limited')
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0)
  }
  one.clock.move(61)
  await post(one, '/login').send(OWNER).expect(200)
})

test('stops the sixth attempt a minute from an address; an IPv6 /64 is one address', async () => {
  const one = await start()
  const from = (ip: string, n: number) =>
    request(one.app)
      .post('/api/auth/login')
      .set('X-Forwarded-For', ip)
      .send({ email: `unknown${n}@example.com`, password: 'wrong one here' })
  for (let n = 1; n <= 5; n++) await from(`2001:db8::${n}`, n).expect(401)
  const sixth = await from('2001:db8::6', 6).expect(429)
  expect(sixth.headers['retry-after']).toMatch(/^\d+$/)
  await from('2001:db8:0:1::6', 7).expect(401)
  await request(one.app)
    .post('/api/auth/register')
    .set('X-Forwarded-For', '2001:db8::6')
    .send(OWNER)
    .expect(403)
})

test('cases 27 and 28: refuses bodies that are not small, plain JSON of the right shape, and never repeats what was sent', async () => {
  const one = await start()
  const json = (text: string) => post(one, '/login').set('Content-Type', 'application/json').send(text)
  await post(one, '/login').type('form').send(OWNER).expect(415)
  await post(one, '/login').set('Content-Type', 'text/plain').send(JSON.stringify(OWNER)).expect(415)
  await post(one, '/login').set('Content-Type', 'application/json; charset=utf-7').send('{}').expect(415)
  await json('{"email":').expect(400)
  await json(JSON.stringify({ ...OWNER, password: 'x'.repeat(1_000_000) })).expect(413)
  await json(JSON.stringify({ ...OWNER, password: 'x'.repeat(129) })).expect(400)
  for (const bad of [
    { email: { $gt: '' } },
    { password: true },
    { password: ['x'] },
    { email: null },
    { email: 'o\0wner' },
  ])
    await post(one, '/login')
      .send({ ...OWNER, ...bad })
      .expect(400)
  const short = await post(one, '/register').send({ email: OWNER.email, password: 'hunter2' }).expect(400)
  expect(short.text).not.toContain('hunter2')
  expect(short.body.errors).toEqual([{ field: 'password', message: 'At least 8 characters.' }])
})

test('case 26: uses passwords exactly as sent, long ones in full', async () => {
  const one = await start({ open: true })
  const passwords = [
    ' spaces around ',
    'nul\0 inside it',
    '🦆'.repeat(128),
    'é composed é',
    `${'x'.repeat(72)}a`,
  ]
  for (const [n, password] of passwords.entries()) {
    const email = `p${n}@example.com`
    await post(one, '/register').send({ email, password }).expect(202)
    await post(one, '/login').send({ email, password }).expect(200)
    const shorter = [...password.trim()].slice(0, -1).join('')
    const other = n === 4 ? `${shorter}b` : shorter
    await post(one, '/login').send({ email, password: other }).expect(401)
  }
})

test('a password is good for years: no change is demanded', async () => {
  const { one } = await claimed()
  one.clock.move(20 * 365 * 86_400)
  const { body } = await post(one, '/login').send(OWNER).expect(200)
  await request(one.app).get('/api/auth/me').set(bearer(body.access_token)).expect(200)
})

test('case 62: lists only the caller’s logins, without a token, and ends them there', async () => {
  const { one, token } = await claimed()
  const second = (await post(one, '/login').send(OWNER)).body.access_token
  const list = await request(one.app).get('/api/auth/sessions').set(bearer(token)).expect(200)
  expect(list.body).toHaveLength(2)
  expect(list.text).not.toMatch(/hash|jti|refresh|eyJ/)
  const other = list.body.find((row: { current: boolean }) => !row.current)
  const end = (id: string) => request(one.app).delete(`/api/auth/sessions/${id}`).set(bearer(token))
  const unknown = await end('00000000-0000-4000-8000-000000000000').expect(404)
  expect((await end('nonsense').expect(404)).body).toEqual(unknown.body)
  await end(other.id).expect(204)
  await request(one.app).get('/api/auth/me').set(bearer(second)).expect(401)
  const third = (await post(one, '/login').send(OWNER)).body.access_token
  await request(one.app).delete('/api/auth/sessions').set(bearer(third)).expect(204)
  await request(one.app).get('/api/auth/me').set(bearer(token)).expect(401)
  await request(one.app).get('/api/auth/me').set(bearer(third)).expect(200)
})

test('answers 401 to anonymous requests, at every route about the current user', async () => {
  const one = await start()
  for (const path of ['/me', '/csrf', '/sessions']) {
    const answer = await request(one.app).get(`/api/auth${path}`).expect(401)
    expect(answer.headers['content-type']).toContain('application/problem+json')
  }
})

test('case 66: sets an HttpOnly login cookie and a readable CSRF cookie, and clears both with the same attributes', async () => {
  const { one, cookie } = await claimed({ env: { COOKIE_SECURE_DEFAULT: 'true' } })
  const [login, csrf] = cookie
  expect(login).toMatch(
    /^__Host-usertwo=[^;]+; Max-Age=2592000; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
  )
  expect(csrf).toMatch(/^csrftoken=[^;]+; Max-Age=2592000; Path=\/; Expires=[^;]+; Secure; SameSite=Lax$/)
  for (const one of cookie) expect(one.split(';', 1)[0]!.length).toBeLessThanOrEqual(4096)
  const out = await post(one, '/logout').expect(204)
  expect(out.headers['set-cookie']).toEqual([
    '__Host-usertwo=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
    'csrftoken=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; SameSite=Lax',
  ])
  expect(out.headers['cache-control']).toBe('no-store')
})

test('stores no password and no claim code in clear', async () => {
  const { one } = await claimed({ realHashes: 'as in production' })
  const { rows } = await one.db.raw('select * from usertwo.credentials')
  expect(rows[0].password_hash).toMatch(/^bcrypt-hmac-sha256:\$2b\$10\$/)
  expect(JSON.stringify(rows)).not.toContain(OWNER.password)
})

test('records every few minutes when a login was last used', async () => {
  const { one, token } = await claimed()
  const used = async () =>
    (await one.db('usertwo.user_sessions').first('last_used_at')).last_used_at.getTime()
  const first = await used()
  await request(one.app).get('/api/auth/me').set(bearer(token)).expect(200)
  expect(await used()).toBe(first)
  one.clock.move(301)
  await request(one.app).get('/api/auth/me').set(bearer(token)).expect(200)
  expect(await used()).toBeGreaterThan(first + 299_000)
})

test('case 64: deletes rows that ended long ago, and none that still count', async () => {
  const { one, token } = await claimed()
  const second = (await post(one, '/login').send(OWNER)).body.access_token
  await post(one, '/logout').set(bearer(second)).expect(204)
  const now = one.clock.now().getTime()
  const rows = [-25, -1, 1].map((hours) => ({
    jti: `${hours}`,
    user_id: 1,
    expires_at: new Date(now + hours * 3_600_000),
  }))
  await one.db('usertwo.revoked_tokens').insert(rows)
  await post(one, '/logout').set(bearer(token)).expect(204)
  const left = await one.db('usertwo.revoked_tokens').pluck('jti')
  expect(left).toHaveLength(4)
  expect(left).not.toContain('-25')
  await request(one.app).get('/api/auth/me').set(bearer(second)).expect(401)
})
