// A user with a second factor changes the password and the address only with a code.
import request from 'supertest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { type MailServer, mailServer } from '../../../../test/support/mail-server.js'
import { enrolled, phoneCode, wrongCode } from '../../../../test/support/totp.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const NEXT = 'another long one 77'
const NEW_ADDRESS = 'new@example.com'
const HEADERS = { 'x-forwarded-for': '203.0.113.9', 'sec-fetch-site': 'same-origin' }
let mail: MailServer
let one: AuthApp
/** a browser with the login in which the factor was set up */
let browser: ReturnType<typeof request.agent>
let secret: string

beforeEach(async () => {
  mail = await mailServer()
  const flags = { AUTH_ENABLE_TOTP: 'true', AUTH_ENABLE_PASSKEYS: 'true' }
  const sending = { SMTP_URL: mail.url, MAIL_FROM: 'a@example.com', PUBLIC_URL: 'https://app.example.com' }
  one = await authApp({
    dial: 5,
    open: true,
    env: { ...flags, ...sending },
    config: { auth: { stepUp: { '/vault': 10 } } },
  })
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
  browser = request.agent(one.app)
  const { body } = await browser.post('/api/auth/login').set(HEADERS).send(OWNER).expect(200)
  ;({ secret } = await enrolled(one, body.access_token))
})
afterEach(async () => {
  await one.dispose()
  await mail.stop()
})

async function send(path: string, body: object) {
  const csrf = (await browser.get('/api/auth/csrf').expect(200)).body.csrfToken as string
  return browser
    .post(`/api/auth${path}`)
    .set({ ...HEADERS, 'x-csrf-token': csrf })
    .send(body)
}
const change = (more: object = {}) =>
  send('/password/change', { current_password: OWNER.password, password: NEXT, ...more })
const changeAddress = (more: object = {}) =>
  send('/email/change', { password: OWNER.password, email: NEW_ADDRESS, ...more })
const form = (path: string, fields: object) =>
  browser.post(`/auth${path}`).set(HEADERS).type('form').send(fields)
const shown = async (path: string) => (await browser.get(`/auth${path}`).expect(200)).text
const hour = () => one.clock.move(3600)

test('case 83: an old login changes the password only with a code', async () => {
  hour()
  const refused = await change()
  expect([refused.status, refused.body.errors]).toMatchObject([400, [{ field: 'code' }]])
  expect((await change({ code: wrongCode(one, secret) })).status).toBe(401)
  expect((await send('/webauthn/register/options', {})).status).toBe(403)
  expect((await browser.get('/vault')).status).toBe(403)
  expect((await change({ code: phoneCode(one, secret) })).status).toBe(204)
  // Both were proved: the login is recent, with the factor.
  expect((await send('/webauthn/register/options', {})).status).toBe(200)
  expect((await browser.get('/vault')).status).toBe(200)
})

test('case 83: an old login changes the address only with a code', async () => {
  hour()
  expect((await changeAddress()).status).toBe(400)
  expect(await one.db('usertwo.links').where({ kind: 'email' })).toEqual([])
  expect((await changeAddress({ code: wrongCode(one, secret) })).status).toBe(401)
  expect((await changeAddress({ code: phoneCode(one, secret) })).status).toBe(202)
})

test('a login that proved the factor recently needs no further code', async () => {
  expect((await changeAddress()).status).toBe(202)
  expect((await change()).status).toBe(204)
})

test('case 86: a change of the password gives a browser no fresh budget of wrong codes', async () => {
  for (let n = 0; n < 4; n++)
    expect(
      (await send('/reauth', { password: OWNER.password, code: wrongCode(one, secret, n) })).status,
    ).toBe(401)
  expect((await change()).status).toBe(204)
  const again = (n: number) => send('/reauth', { password: NEXT, code: wrongCode(one, secret, n) })
  expect((await again(4)).status).toBe(401)
  expect((await again(5)).status).toBe(429)
})

test('the pages ask for the code where it is due', async () => {
  for (const page of ['/account', '/email']) expect(await shown(page)).not.toContain('name="code"')
  hour()
  for (const page of ['/account', '/email']) expect(await shown(page)).toContain('name="code"')
  const fields = { current_password: OWNER.password, password: NEXT }
  const wrong = await form('/account/password', { ...fields, code: wrongCode(one, secret) })
  expect(wrong.status).toBe(401)
  expect(wrong.text).toContain('id="code-error"')
  const address = { email: NEW_ADDRESS, password: OWNER.password }
  const refused = await form('/email/change', { ...address, code: wrongCode(one, secret, 1) })
  expect(refused.status).toBe(401)
  expect(refused.text).toContain('id="code-error"')
  const asked = await form('/email/change', { ...address, code: phoneCode(one, secret) }).expect(303)
  expect(asked.headers.location).toBe('/auth/account?done=email_asked')
  one.clock.move(60)
  const done = await form('/account/password', { ...fields, code: phoneCode(one, secret) }).expect(303)
  expect(done.headers.location).toBe('/auth/account?done=password')
})
