// The same with a provider of another author: oidc-provider, certified for OpenID Connect. test/oauth-in-browser.long.test.ts uses it too.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuthApp } from '../../../../test/support/auth-app.js'
import {
  callbackOf,
  OAUTH_ORIGIN,
  OAUTH_OWNER,
  oauthApp,
  oauthVisitor,
  pathOf,
} from '../../../../test/support/oauth-app.js'
import { type OidcServer, oidcServer } from '../../../../test/support/oidc-server.js'

let real: OidcServer
let one: AuthApp

beforeAll(async () => {
  real = await oidcServer([callbackOf('real')])
  const { issuer, clientId, clientSecret } = real
  one = await oauthApp([{ config: { name: 'real', issuer, label: 'Real' }, clientId, clientSecret }])
}, 60_000)
afterAll(async () => {
  await one?.dispose()
  await real?.close()
})

/** Logs in at the provider, as that user, and comes back. */
async function comeBack(visitor: ReturnType<typeof oauthVisitor>, login: string | null, call?: 'link') {
  const callback = pathOf(await real.visit(await visitor.begin('real', {}, call), login))
  const { headers } = await visitor.get(callback).expect(303)
  return headers.location
}

test('a user is registered, logs in again, and is another one than the next user', async () => {
  const first = oauthVisitor(one)
  expect(await comeBack(first, 'ann')).toBe('/')
  const ann = (await first.me())!
  expect(ann.email).toBe('ann@idp.example.com')
  const again = oauthVisitor(one)
  await comeBack(again, 'ann')
  expect((await again.me())!.id).toBe(ann.id)
  const other = oauthVisitor(one)
  await comeBack(other, 'bea')
  expect((await other.me())!.id).not.toBe(ann.id)
  expect(await one.db('usertwo.identities').orderBy('sub')).toMatchObject([
    { iss: real.issuer, sub: 'ann', shown: 'ann@idp.example.com' },
    { iss: real.issuer, sub: 'bea' },
  ])
})

test('the owner links it, and logs in by it', async () => {
  const owner = oauthVisitor(one)
  await owner.logIn(OAUTH_OWNER)
  expect(await comeBack(owner, 'cleo', 'link')).toBe('/auth/account?done=linked')
  const again = oauthVisitor(one)
  await comeBack(again, 'cleo')
  expect((await again.me())!.id).toBe(1)
})

test('a user who cancels there is not logged in, and a code counts once there too', async () => {
  const visitor = oauthVisitor(one)
  expect(await comeBack(visitor, null)).toBe('/auth/login?provider=real&outcome=failed')
  expect(await visitor.me()).toBeNull()

  const [first, second] = [await visitor.begin('real'), await visitor.begin('real')]
  const used = new URL(await real.visit(first!, 'dora'))
  const swapped = new URL(await real.visit(second!, 'dora'))
  swapped.searchParams.set('code', used.searchParams.get('code')!)
  const { headers } = await visitor.get(swapped.href.replace(OAUTH_ORIGIN, '')).expect(303)
  expect(headers.location).toBe('/auth/login?provider=real&outcome=failed')
  expect(await visitor.me()).toBeNull()
})
