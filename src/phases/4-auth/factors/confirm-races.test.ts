// Logins by the password alone at the moment at which a second factor is confirmed. RACES=200 for a longer series.
import { setTimeout as sleep } from 'node:timers/promises'
import request from 'supertest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { phoneCode } from '../../../../test/support/totp.js'
import { endLogins } from '../sessions/end-sessions.js'
import { confirmPending } from './totp-rows.js'

const ROUNDS = Number(process.env.RACES ?? 12)
const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
let one: AuthApp
let server: ReturnType<AuthApp['app']['listen']>
let clients = 0

const post = (path: string, body: object, token?: string) =>
  request(server)
    .post(`/api/auth${path}`)
    .set('X-Forwarded-For', `10.1.${Math.floor(++clients / 250)}.${clients % 250}`)
    .set(token ? { Authorization: `Bearer ${token}` } : {})
    .send(body)
const logIn = () => post('/login', OWNER)
const open = () => one.db('usertwo.user_sessions').whereNull('revoked_at').pluck('id')

/** Begins to set up a factor, in a new login. */
async function pending(): Promise<{ token: string; secret: string }> {
  // A login that is refused at that moment counts as a wrong attempt.
  await one.db('usertwo.login_throttle').delete()
  await one.db('usertwo.recovery_codes').delete()
  await one.db('usertwo.totp').delete()
  await one.db('usertwo.user_sessions').update({ revoked_at: one.clock.now() })
  const token: string = (await logIn().expect(200)).body.access_token
  const { body } = await post('/totp/enrol', {}, token).expect(200)
  return { token, secret: body.secret }
}

beforeEach(async () => {
  one = await authApp({ open: true, env: { AUTH_ENABLE_TOTP: 'true' } })
  server = one.app.listen(0)
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
})
afterEach(async () => {
  server.close()
  await one.dispose()
})

test('case 88: a login that began before a factor was confirmed is refused after it', async () => {
  await pending()
  const { pending_secret: sealed } = await one.db('usertwo.totp').first('pending_secret')
  const now = one.clock.now()
  const trx = await one.db.transaction()
  expect(await confirmPending(trx, 1, { sealed, step: 1, now })).toBe(true)
  await endLogins(trx, 1, now)
  const login = logIn().then(({ status, body }) => [status, body.code])
  await sleep(1500)
  await trx.commit()
  expect(await login).toEqual([401, 'invalid_credentials'])
  expect(await open()).toEqual([])
})

test(
  `case 88: no login by the password alone survives the confirmation, ${ROUNDS} rounds`,
  async () => {
    let survived = 0
    for (let round = 0; round < ROUNDS; round++) {
      const { token, secret } = await pending()
      const storm = Array.from({ length: 12 }, async (_, n) => {
        await sleep(n * 4)
        return logIn()
      })
      const confirmed = sleep(20).then(() => post('/totp/confirm', { code: phoneCode(one, secret) }, token))
      await Promise.all([confirmed.then(({ status }) => expect(status).toBe(200)), ...storm])
      survived += (await open()).length - 1
    }
    expect(survived).toBe(0)
  },
  60_000 + ROUNDS * 2_000,
)
