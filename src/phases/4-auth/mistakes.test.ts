import jwt from 'jsonwebtoken'
import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, type AuthAppOptions, authApp, CODE, SECRET } from '../../../test/support/auth-app.js'

// Each was really made when the original of the example was taken to many users.

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const running: AuthApp[] = []

async function start(options?: AuthAppOptions): Promise<AuthApp> {
  const one = await authApp(options)
  running.push(one)
  return one
}

afterEach(async () => {
  for (const one of running.splice(0)) await one.dispose()
})

const post = (one: AuthApp, path: string, body: object = {}) =>
  request(one.app).post(`/api/auth${path}`).send(body)
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })

async function ownerLogin(one: AuthApp): Promise<string> {
  await post(one, '/register', { ...OWNER, claim_code: CODE }).expect(202)
  return (await post(one, '/login', OWNER).expect(200)).body.access_token
}

test('case 44, mistake 1: the first sign-up after the migration gets id 2, though user 1 never moved the sequence', async () => {
  const one = await start({ open: true })
  await post(one, '/register', { ...OWNER, claim_code: CODE }).expect(202)
  await post(one, '/register', { email: 'second@example.com', password: OWNER.password }).expect(202)
  expect(await one.db('users').orderBy('id').pluck('id')).toEqual([1, 2])
})

test('case 44, mistake 1: a sequence from a restored dump does not collide either', async () => {
  const one = await start({ open: true })
  await one.db.raw("select setval('users_id_seq', 1, false)")
  await post(one, '/register', { email: 'second@example.com', password: OWNER.password }).expect(202)
  expect(await one.db('users').orderBy('id').pluck('id')).toEqual([1, 2])
})

test('mistake 9: a bad sign-up puts its password neither into the answer nor into a report', async () => {
  const one = await start()
  const password = 'hunter2'
  const bad = [
    await post(one, '/register', { email: 'not an address', password }),
    await post(one, '/login', { email: { $ne: null }, password }),
    await post(one, '/login').set('Content-Type', 'application/json').send(`{"password":"${password}"`),
  ]
  for (const { status, text } of bad) {
    expect(status).toBe(400)
    expect(text).not.toContain(password)
  }
  expect(one.reported).toEqual([])
})

test('mistake 10: an app that prints every header when it fails has no login to print', async () => {
  const printed: string[] = []
  const one = await start({
    behind: (req, res) => {
      printed.push(JSON.stringify([req.headers, req.rawHeaders, req.headersDistinct]))
      res.status(500).end()
    },
  })
  const token = await ownerLogin(one)
  const both = { ...bearer(token), Cookie: `usertwo=${token}; theme=dark` }
  await request(one.app).get('/fails').set(both).expect(500)
  expect(printed).toHaveLength(1)
  expect(printed[0]).toContain('theme=dark')
  expect(printed[0]).not.toContain(token)
})

test('mistake 11, case 60: logging out works with an expired token, a garbled one and without one, and clears the cookies', async () => {
  const one = await start()
  const token = await ownerLogin(one)
  one.clock.move(31 * 86_400)
  await request(one.app).get('/api/auth/me').set(bearer(token)).expect(401)
  for (const headers of [bearer(token), { Cookie: `usertwo=${token}` }, bearer('garbage'), {}]) {
    const out = await post(one, '/logout').set(headers).expect(204)
    expect(out.headers['set-cookie']![0]).toMatch(/^usertwo=; Path=\/; Expires=Thu, 01 Jan 1970/)
  }
})

test('logging out makes the browser clear what pages stored, unless another site’s page requests it', async () => {
  const one = await start()
  const out = await post(one, '/logout').expect(204)
  expect(out.headers['clear-site-data']).toBe('"cache", "storage"')
  const foreign = await post(one, '/logout').set({ Origin: 'https://evil.example' }).expect(403)
  expect(foreign.headers['clear-site-data']).toBeUndefined()
})

test('mistake 12: a token is dead after the logout', async () => {
  const one = await start()
  const token = await ownerLogin(one)
  await post(one, '/logout').set(bearer(token)).expect(204)
  await request(one.app).get('/api/auth/me').set(bearer(token)).expect(401)
  expect(await one.db('usertwo.revoked_tokens').pluck('jti')).toEqual([
    jwt.decode(token, { json: true })!.jti,
  ])
})

test('mistake 13: a token without an id to revoke it by is invalid', async () => {
  const one = await start()
  const token = await ownerLogin(one)
  const { jti, ...rest } = jwt.decode(token, { json: true })!
  const sign = (claims: object) => jwt.sign(claims, SECRET, { header: { typ: 'at+jwt', alg: 'HS256' } })
  await request(one.app)
    .get('/api/auth/me')
    .set(bearer(sign({ ...rest, jti })))
    .expect(200)
  for (const bad of [rest, { ...rest, jti: '' }, { ...rest, jti: [jti] }])
    await request(one.app)
      .get('/api/auth/me')
      .set(bearer(sign(bad)))
      .expect(401)
})

test('mistake 16: two simultaneous sign-ups for one address make one user, for one name two, and every answer is 202', async () => {
  const one = await start({ open: true })
  const password = OWNER.password
  const pairs = [
    [{ email: 'same@example.com' }, { email: 'same@example.com' }],
    [
      { email: 'a@example.com', username: 'twin' },
      { email: 'b@example.com', username: 'twin' },
    ],
  ]
  for (const [at, pair] of pairs.entries()) {
    const before = (await one.db('users').pluck('id')).length
    const answers = await Promise.all(pair.map((who) => post(one, '/register', { ...who, password })))
    expect(answers.map(({ status }) => status)).toEqual([202, 202])
    expect(answers[0]!.body).toEqual(answers[1]!.body)
    expect(await one.db('users').pluck('id')).toHaveLength(before + 1 + at)
  }
  expect((await one.db('users').pluck('username')).sort()).toEqual(['default_user', 'same', 'twin', 'twin-2'])
  expect(one.reported).toEqual([])
})

test('mistake 17: each route of the auth API answers at one place', async () => {
  const one = await start()
  for (const path of ['/api/auth/login', '/api/auth/register', '/api/auth/logout']) {
    expect((await request(one.app).post(path).send({})).body).not.toHaveProperty('app')
    for (const twice of [
      path.replace('/api/auth', '/api/auth/auth'),
      path.replace('/api/auth', '/api/auth/api/auth'),
    ])
      expect((await request(one.app).post(twice)).body).toEqual({ app: twice, user: null })
  }
})

test('mistake 18: default_user, whose name is not an e-mail address, can sign in after the claim', async () => {
  const one = await start()
  await ownerLogin(one)
  const { body } = await post(one, '/login', { email: 'default_user', password: OWNER.password }).expect(200)
  const me = await request(one.app).get('/api/auth/me').set(bearer(body.access_token)).expect(200)
  expect(me.body).toMatchObject({ id: 1, username: 'default_user' })
  await post(one, '/login', { email: 'default_user', password: 'not the right one' }).expect(401)
})
