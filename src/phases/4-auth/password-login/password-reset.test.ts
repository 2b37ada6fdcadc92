import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, type AuthAppOptions, authApp, CODE } from '../../../../test/support/auth-app.js'
import { issueReset } from '../links/reset-token.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const NEW = 'another long one'
let one: AuthApp

afterEach(() => one.dispose())

let address = 0
const post = (path: string, body: object) =>
  request(one.app).post(path).set('X-Forwarded-For', `10.2.0.${++address}`).send(body)
const login = (password: string) => post('/api/auth/login', { ...OWNER, password })
const reset = (token: string, password = NEW) => post('/api/auth/password/reset', { token, password })

async function start(options?: AuthAppOptions): Promise<string> {
  one = await authApp(options)
  await post('/api/auth/register', { ...OWNER, claim_code: CODE }).expect(202)
  return issueReset(one.db, 1, one.clock)
}

test('a link sets a new password once, and ends every existing login', async () => {
  const token = await start()
  const { body } = await login(OWNER.password).expect(200)
  await reset(token).expect(204)
  await request(one.app)
    .get('/api/auth/me')
    .set({ Authorization: `Bearer ${body.access_token}` })
    .expect(401)
  await login(OWNER.password).expect(401)
  await login(NEW).expect(200)
  const again = await reset(token, 'a third long one').expect(400)
  expect(again.body).toMatchObject({ code: 'invalid_request', errors: [{ field: 'token' }] })
  expect((await reset('no such token').expect(400)).body).toEqual(again.body)
  expect(await one.db('usertwo.audit').where({ event: 'password_reset' }).pluck('user_id')).toEqual([1])
  expect(JSON.stringify(await one.db('usertwo.password_resets'))).not.toContain(token)
})

test('a link works for an hour, and a new one from the operator ends earlier ones', async () => {
  const old = await start()
  const token = await issueReset(one.db, 1, one.clock)
  await reset(old).expect(400)
  one.clock.move(3601)
  await reset(token).expect(400)
  await login(OWNER.password).expect(200)
})

test('of two simultaneous uses one succeeds, and a password that is too short leaves the link usable', async () => {
  const token = await start()
  const short = await reset(token, 'short').expect(400)
  expect(short.body.errors).toEqual([{ field: 'password', message: 'At least 8 characters.' }])
  const both = await Promise.all([reset(token), reset(token)])
  expect(both.map(({ status }) => status).sort()).toEqual([204, 400])
})

test('a disabled user cannot log in with a new password', async () => {
  const token = await start()
  await one.db('usertwo.credentials').update({ is_active: false })
  await reset(token).expect(204)
  await login(NEW).expect(401)
})

test('case 81: the page has one field, sends no referrer to other sites, and accepts a form without an origin', async () => {
  const token = await start({ dial: 5 })
  const shown = await request(one.app).get(`/auth/reset?token=${token}`).expect(200)
  expect(shown.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' })
  expect(shown.text.match(/<input(?! type="hidden")/g)).toHaveLength(1)
  // As browsers send a form from such a page.
  const send = (password: string) =>
    request(one.app).post('/auth/reset').set('Origin', 'null').type('form').send({ token, password })
  const short = await send('short').expect(400)
  expect(short.text).toContain('At least 8 characters.')
  expect([short.text.includes(token), short.headers['referrer-policy']]).toEqual([true, 'no-referrer'])
  const done = await send(NEW).expect(200)
  expect(done.text).toContain('The password is set.')
  // A password manager saves the new password for this address.
  expect(done.text).toMatch(/<input[^>]*name="email"[^>]*value="owner@example\.com"/)
  await login(NEW).expect(200)
  const over = await request(one.app).get(`/auth/reset?token=${token}`).expect(400)
  expect(over.text).toContain('Ask for a new one.')
  expect(over.text).not.toContain('/auth/reset')
})

test('a browser that is already logged in can use a link too', async () => {
  const token = await start({ dial: 5 })
  const { headers } = await login(OWNER.password).expect(200)
  const cookie = (headers['set-cookie'] as unknown as string[])
    .map((line) => line.split(';', 1)[0])
    .join('; ')
  const sent = request(one.app).post('/auth/reset').set({ Cookie: cookie, Origin: 'null' }).type('form')
  await sent.send({ token, password: NEW }).expect(200)
})

test('a link is never logged', async () => {
  const lines: string[] = []
  const token = await start({ dial: 5, env: { LOG_LEVEL: 'trace' }, lines })
  await request(one.app).get(`/auth/reset?token=${token}`).expect(200)
  await request(one.app).get(`/auth/reset?token=${token}x`).expect(400)
  await request(one.app).post('/auth/reset').type('form').send({ token, password: 'short' }).expect(400)
  await reset(token).expect(204)
  expect(lines.length).toBeGreaterThan(3)
  expect(lines.join('')).not.toContain(token)
})
