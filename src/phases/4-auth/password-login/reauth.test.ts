import request from 'supertest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { loginParts } from '../attempts/login-parts.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
let one: AuthApp
let mine: string
let other: string

const post = (path: string, body: object) => request(one.app).post(`/api/auth${path}`).send(body)
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
const login = async () => (await post('/login', OWNER).expect(200)).body.access_token as string
const endOthers = (token: string) => request(one.app).delete('/api/auth/sessions').set(bearer(token))
const me = (token: string) => request(one.app).get('/api/auth/me').set(bearer(token))
const reauth = (token: string, password = OWNER.password) => post('/reauth', { password }).set(bearer(token))

beforeEach(async () => {
  one = await authApp()
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
  mine = await login()
  other = await login()
})
afterEach(() => one.dispose())

test('case 63: ending other logins requires the password again a quarter of an hour after it was given', async () => {
  const { body } = await request(one.app).get('/api/auth/sessions').set(bearer(mine)).expect(200)
  const [theirs] = body.filter((row: { current: boolean }) => !row.current)
  const end = (id: string) => request(one.app).delete(`/api/auth/sessions/${id}`).set(bearer(mine))
  one.clock.move(15 * 60 + 1)
  expect((await endOthers(mine).expect(403)).body).toMatchObject({ code: 'reauth_required', status: 403 })
  // The same for another user's login and for an unknown one.
  expect((await end(theirs.id).expect(403)).body.code).toBe('reauth_required')
  expect((await end('nonsense').expect(403)).body.code).toBe('reauth_required')
  await me(other).expect(200)
  const renewed = (await reauth(mine).expect(200)).body
  mine = renewed.access_token
  await end(theirs.id).expect(204)
  await me(other).expect(401)
})

test('case 63: a login can end itself without giving the password again', async () => {
  one.clock.move(86_400)
  const { body } = await request(one.app).get('/api/auth/sessions').set(bearer(mine)).expect(200)
  const { id } = body.find((row: { current: boolean }) => row.current)
  await request(one.app).delete(`/api/auth/sessions/${id}`).set(bearer(mine)).expect(204)
})

test('case 83: a password given in one login does not count in another of the same user', async () => {
  one.clock.move(16 * 60)
  await reauth(other).expect(200)
  await endOthers(mine).expect(403)
})

test('case 83: it expires again after the same time', async () => {
  one.clock.move(16 * 60)
  const { access_token } = (await reauth(mine).expect(200)).body
  one.clock.move(15 * 60 + 1)
  await endOthers(access_token).expect(403)
})

test('case 30: the token from before is dead, and the login ends when it would have', async () => {
  one.clock.move(86_400)
  const { access_token, token_type, expires_in } = (await reauth(mine).expect(200)).body
  expect(token_type).toBe('Bearer')
  expect(expires_in).toBeLessThanOrEqual(29 * 86_400)
  expect(expires_in).toBeGreaterThan(29 * 86_400 - 60)
  await me(mine).expect(401)
  await me(access_token).expect(200)
  expect(await one.db('usertwo.user_sessions').whereNull('revoked_at')).toHaveLength(2)
})

test('a wrong password changes nothing, and an anonymous request cannot try one', async () => {
  one.clock.move(16 * 60)
  const { body } = await reauth(mine, 'not the right one').expect(401)
  expect(body).toMatchObject({ code: 'invalid_credentials', errors: [{ field: 'password' }] })
  await endOthers(mine).expect(403)
  await me(mine).expect(200)
  await post('/reauth', OWNER).expect(401)
})

test('a login that ends in the meantime is not restored', async () => {
  const { passwords } = loginParts(one.kit)
  passwords.verify = async () => {
    await one.db('usertwo.user_sessions').update({ revoked_at: one.clock.now() })
    return true
  }
  const { body } = await reauth(mine).expect(401)
  expect(body.code).toBe('authentication_required')
  expect(await one.db('usertwo.user_sessions').whereNull('revoked_at')).toEqual([])
})
