import { setTimeout as sleep } from 'node:timers/promises'
import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, type AuthAppOptions, authApp, CODE } from '../../../../test/support/auth-app.js'
import { linksIn, type MailServer, mailServer } from '../../../../test/support/mail-server.js'
import { authMail } from '../links/auth-mail.js'
import { issueReset } from '../links/reset-token.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const NEW = 'another long one'
let one: AuthApp
let mail: MailServer | undefined

afterEach(async () => {
  await one.dispose()
  await mail?.stop()
  mail = undefined
})

let address = 0
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  request(one.app)
    .post(`/api/auth${path}`)
    .set({ 'X-Forwarded-For': `10.4.${Math.floor(++address / 250)}.${address % 250}`, ...headers })
    .send(body)
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
const login = (password: string) => post('/login', { ...OWNER, password })
const me = (headers: Record<string, string>) => request(one.app).get('/api/auth/me').set(headers)
const change = (headers: Record<string, string>, current_password = OWNER.password, password = NEW) =>
  post('/password/change', { current_password, password }, headers)

/** The cookies of an answer, as a browser sends them back, with the CSRF token among them. */
function browserOf({ headers }: { headers: Record<string, unknown> }): Record<string, string> {
  const Cookie = (headers['set-cookie'] as string[]).map((line) => line.split(';', 1)[0]).join('; ')
  return { Cookie, 'X-CSRF-Token': /csrftoken=([^;]*)/.exec(Cookie)![1]! }
}

async function start(options?: AuthAppOptions): Promise<string> {
  one = await authApp(options)
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
  return (await login(OWNER.password).expect(200)).body.access_token
}

test('case 61: a change ends every other login, renews the one in the cookie, and makes other browsers unknown devices', async () => {
  const other = await start()
  const before = browserOf(await login(OWNER.password).expect(200))
  const changed = await change(before).expect(204)
  const after = browserOf(changed)
  await me(bearer(other)).expect(401)
  // Case 30: a copy of the old cookie is worthless; the CSRF token of other tabs is the same.
  await me(before).expect(401)
  await me(after).expect(200)
  expect(after['X-CSRF-Token']).toBe(before['X-CSRF-Token'])
  await login(OWNER.password).expect(401)
  await login(NEW).expect(200)
  expect(await one.db('usertwo.credentials').pluck('device_epoch')).toEqual([1])
  expect(await one.db('usertwo.audit').where({ event: 'password_changed' }).pluck('user_id')).toEqual([1])
})

test('a bearer token stays as it is', async () => {
  const token = await start()
  await change(bearer(token)).expect(204)
  await me(bearer(token)).expect(200)
})

test('refuses a wrong password, a short and an easy one, an anonymous request, and a cookie without proof', async () => {
  const token = await start()
  const wrong = await change(bearer(token), 'not the right one').expect(401)
  expect(wrong.body).toMatchObject({ code: 'invalid_credentials', errors: [{ field: 'current_password' }] })
  const short = await change(bearer(token), OWNER.password, 'short').expect(400)
  expect(short.body.errors).toMatchObject([{ field: 'password' }])
  await change(bearer(token), OWNER.password, 'default_user').expect(400)
  await change({}).expect(401)
  const { Cookie } = browserOf(await login(OWNER.password))
  await change({ Cookie: Cookie! }).expect(403)
  await login(OWNER.password).expect(200)
})

test.each([
  ['/password/change', { current_password: 'not the right one', password: NEW }],
  ['/reauth', { password: 'not the right one' }],
])('case 35: wrong passwords at %s use up the budget of the account’s logins', async (path, body) => {
  const token = await start()
  for (let n = 0; n < 5; n++) await post(path, body, bearer(token)).expect(401)
  const right = { current_password: OWNER.password, password: path === '/reauth' ? OWNER.password : NEW }
  const refused = await post(path, right, bearer(token)).expect(429)
  expect(refused.headers['retry-after']).toBe('1')
  await login(OWNER.password).expect(401)
  one.clock.move(2)
  await login(OWNER.password).expect(200)
  expect(await one.db('usertwo.audit').where({ event: 'reauth_failed' }).pluck('user_id')).toHaveLength(5)
})

test('case 35: the address has five as well, and a known browser a budget of its own', async () => {
  const token = await start()
  const from = { 'X-Forwarded-For': '10.250.0.1' }
  for (let n = 0; n < 4; n++)
    await post('/login', { email: `p${n}@example.com`, password: 'wrong one here' }, from).expect(401)
  await post('/reauth', { password: 'not the right one' }, { ...bearer(token), ...from }).expect(401)
  await post('/reauth', OWNER, { ...bearer(token), ...from }).expect(429)
  const known = browserOf(await login(OWNER.password))
  for (let n = 0; n < 5; n++) await post('/reauth', { password: 'not the right one' }, known).expect(401)
  await post('/reauth', OWNER, known).expect(429)
  await post('/reauth', OWNER, bearer(token)).expect(200)
})

test('case 79: a change ends every link that was made before', async () => {
  const token = await start()
  const link = await issueReset(one.db, 1, one.clock)
  await change(bearer(token)).expect(204)
  await post('/password/reset', { token: link, password: 'a third long one' }).expect(400)
  await login(NEW).expect(200)
})

test('of a simultaneous change and reset one wins and the other is refused, 200 times', async () => {
  await start()
  await one.db('usertwo.credentials').update({ password_hash: 'cheap password 0' })
  let changes = 0
  for (let round = 0; round < 200; round++) {
    const { body } = await login(`password ${round}`).expect(200)
    const token = await issueReset(one.db, 1, one.clock)
    // The second one has given a wrong password.
    await one.db('usertwo.login_throttle').delete()
    const next = `password ${round + 1}`
    const both = await Promise.all([
      change(bearer(body.access_token), `password ${round}`, next),
      // The change verifies a password first: on a busy machine it would always be second.
      sleep(round % 20).then(() => post('/password/reset', { token, password: next })),
    ])
    const [changed, reset] = both.map(({ status }) => status)
    // If the link ends the login before the password is verified, the caller is not logged in any more.
    expect([
      [204, 400],
      [401, 204],
    ]).toContainEqual([changed, reset])
    changes += changed === 204 ? 1 : 0
  }
  expect(await one.db('usertwo.audit').whereIn('event', ['password_changed', 'password_reset'])).toHaveLength(
    200,
  )
  expect(changes).toBeGreaterThan(0)
})

test('notifies the account’s owner by mail, at the stored address and without a secret', async () => {
  mail = await mailServer()
  const env = { SMTP_URL: mail.url, MAIL_FROM: 'a@example.com', PUBLIC_URL: 'https://app.example.com' }
  const token = await start({ dial: 5, env })
  await change(bearer(token), 'not the right one').expect(401)
  await change(bearer(token)).expect(204)
  await authMail(one.kit)!.sendDue()
  expect(mail.taken.map(({ to }) => to)).toEqual([[OWNER.email]])
  const { raw } = mail.taken[0]!
  expect(raw).toContain('was changed')
  expect(linksIn(raw)).toEqual(['https://app.example.com/auth/forgot'])
  expect(raw).not.toContain(NEW)
})
