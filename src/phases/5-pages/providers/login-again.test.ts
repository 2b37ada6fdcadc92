import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SmallProvider } from '../../../../proof/checks/4-auth/oauth/small-provider.js'
import { type AuthApp, CODE } from '../../../../test/support/auth-app.js'
import { given, oauthApp, oauthVisitor, smallProviders } from '../../../../test/support/oauth-app.js'
import { phoneCode } from '../../../../test/support/totp.js'

let alpha: SmallProvider
let one: AuthApp

beforeAll(async () => {
  ;({ alpha } = await smallProviders('alpha'))
  const env = { AUTH_ENABLE_TOTP: 'true' }
  const config = { auth: { stepUp: { '/vault': 10 } } }
  one = await oauthApp([given('alpha', alpha)], { env, config }, { claimed: false })
  alpha.user = { sub: 'ann', email: 'ann@example.com', email_verified: true }
}, 60_000)
afterAll(async () => {
  await one?.dispose()
  await alpha?.close()
})

test('a user without a password opens a route of auth.stepUp by the provider and a code', async () => {
  const ann = oauthVisitor(one)
  // Below phase 6 the app serves its owner alone.
  await ann.comeBy(alpha, 'alpha', { claim_code: CODE })
  const { secret } = (await ann.post('/api/auth/totp/enrol').expect(200)).body
  await ann.post('/api/auth/totp/confirm', { code: phoneCode(one, secret) }).expect(200)
  await ann.get('/vault').expect(200)
  const account = await ann.get('/auth/account').expect(200)
  expect(account.text).toContain('You log in by a provider or by a mailed link.')
  expect(account.text).not.toContain('current_password')
  one.clock.move(11 * 60)
  expect((await ann.get('/vault').expect(403)).body.code).toBe('factor_required')
  const { text } = await ann.get('/auth/confirm?next=/vault').expect(200)
  expect(text).toContain('Your account has no password')
  expect(text).toContain('name="next" value="/vault"')
  expect(text).toContain('formaction="/auth/oauth/connect"')
  expect(text).not.toContain('type="password"')

  const path = await ann.visit(alpha, 'alpha', { next: '/vault' })
  const { headers } = await ann.get(path).expect(303)
  expect(headers.location).toBe('/auth/oauth/code?next=%2Fvault')
  const asked = await ann.get(headers.location!).expect(200)
  const [, mfa_token] = /name="mfa_token" value="([^"]+)"/.exec(asked.text)!
  const sent = { mfa_token, code: phoneCode(one, secret), next: '/vault' }
  const done = await ann.post('/auth/login/code', sent).type('form')
  expect([done.status, done.headers.location]).toEqual([303, '/vault'])
  await ann.get('/vault').expect(200)
})

test('a user with a password gives it there', async () => {
  const person = { email: 'bea@example.com', password: 'a long enough one too' }
  await request(one.app).post('/api/auth/register').send(person).expect(202)
  const bea = oauthVisitor(one)
  await bea.logIn(person)
  const { secret } = (await bea.post('/api/auth/totp/enrol').expect(200)).body
  await bea.post('/api/auth/totp/confirm', { code: phoneCode(one, secret) }).expect(200)
  const { text } = await bea.get('/auth/confirm?next=/vault').expect(200)
  expect(text).toContain('type="password"')
  expect((await bea.get('/auth/account').expect(200)).text).toContain('current_password')
  expect(text).not.toContain('formaction')
})
