import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SmallProvider } from '../../proof/checks/4-auth/oauth/small-provider.js'
import type { AuthApp } from '../../test/support/auth-app.js'
import {
  given,
  OAUTH_ORIGIN,
  OAUTH_OWNER,
  oauthApp,
  oauthVisitor,
  smallProviders,
} from '../../test/support/oauth-app.js'
import { passkeyClient } from '../../test/support/passkeys.js'
import { phoneCode } from '../../test/support/totp.js'
import { countLogins } from './logins.js'
import type { PromClient } from './prom-client.js'

const prom = createRequire(import.meta.url)('prom-client') as PromClient & {
  register: { metrics(): Promise<string> }
}
let alpha: SmallProvider
let one: AuthApp

beforeAll(async () => {
  ;({ alpha } = await smallProviders('alpha'))
  alpha.user = { sub: 'ann', email: 'ann@example.com', email_verified: true }
  const env = { AUTH_ENABLE_TOTP: 'true', AUTH_ENABLE_PASSKEYS: 'true' }
  one = await oauthApp([given('alpha', alpha)], { env })
  countLogins(one.kit, prom)
}, 60_000)
afterAll(async () => {
  await one?.dispose()
  await alpha?.close()
})

async function logins(): Promise<Record<string, number>> {
  const found = (await prom.register.metrics()).matchAll(
    /^auth_login_success_total\{provider="(.+)"\} (\d+)$/gm,
  )
  return Object.fromEntries([...found].map(([, provider, count]) => [provider, Number(count)]))
}

test('logins are counted by what proved them first, also where a second factor was due after it', async () => {
  expect(await logins()).toEqual({ password: 0, passkey: 0, alpha: 0 })
  const owner = oauthVisitor(one)
  await owner.logIn(OAUTH_OWNER)
  expect(await owner.linkTo(alpha, 'alpha')).toBe('/auth/account?done=linked')
  await oauthVisitor(one).comeBy(alpha, 'alpha')
  const client = passkeyClient(one, '203.0.113.9', OAUTH_ORIGIN)
  const { body } = await client.post('/login', OAUTH_OWNER).expect(200)
  const { passkey } = await client.register(body.access_token)
  expect((await client.logIn(passkey)).status).toBe(200)
  expect(await logins()).toEqual({ password: 2, passkey: 1, alpha: 1 })

  const { secret } = (await owner.post('/api/auth/totp/enrol').expect(200)).body
  await owner.post('/api/auth/totp/confirm', { code: phoneCode(one, secret) }).expect(200)
  const visitor = oauthVisitor(one)
  const { headers } = await visitor.get(await visitor.visit(alpha, 'alpha')).expect(303)
  const { text } = await visitor.get(headers.location!).expect(200)
  const [, mfa_token] = /name="mfa_token" value="([^"]+)"/.exec(text)!
  expect(await logins()).toEqual({ password: 2, passkey: 1, alpha: 1 })
  one.clock.move(60)
  await visitor
    .post('/auth/login/code', { mfa_token, code: phoneCode(one, secret) })
    .type('form')
    .expect(303)
  expect(await logins()).toEqual({ password: 2, passkey: 1, alpha: 2 })
})
