import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SmallProvider } from '../../../../proof/checks/4-auth/oauth/small-provider.js'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import {
  callbackOf,
  given,
  OAUTH_OWNER,
  oauthApp,
  oauthVisitor,
  smallProviders,
} from '../../../../test/support/oauth-app.js'
import { enrolled, phoneCode } from '../../../../test/support/totp.js'
import type { Setup } from '../../../core/kit.js'
import { assertTables } from '../../3-schema/migrated.js'
import { disable, setActive } from '../admin/disable-user.js'
import { transferOwner } from '../admin/transfer-owner.js'
import { issueInvitation } from '../links/invitation.js'
import { auth } from '../phase.js'

let alpha: SmallProvider
let one: AuthApp
let users = 0

beforeAll(async () => {
  ;({ alpha } = await smallProviders('alpha'))
  one = await oauthApp([given('alpha', alpha)], { env: { AUTH_ENABLE_TOTP: 'true' } })
}, 60_000)
beforeEach(() => {
  alpha.odd = {}
  users++
  alpha.user = { sub: `user-${users}`, email: `user${users}@example.com`, email_verified: true }
})
afterAll(async () => {
  await one?.dispose()
  await alpha?.close()
})

const events = async (user: number) =>
  one.db('usertwo.audit').where({ user_id: user }).orderBy('id').pluck('event')

describe('a user of a provider', () => {
  test('is registered at the first login, without a password, and is the same user at the next', async () => {
    const visitor = oauthVisitor(one)
    expect(await visitor.comeBy(alpha, 'alpha', { next: '/page?a=1' })).toBe('/page?a=1')
    const me = (await visitor.me())!
    expect(me.email).toBe(alpha.user.email)
    expect(await events(me.id)).toEqual(['registered', 'provider_used', 'login'])
    expect(
      await one.db('usertwo.credentials').where({ user_id: me.id }).first('is_verified', 'password_hash'),
    ).toEqual({
      is_verified: true,
      password_hash: '!none',
    })
    for (const password of ['', '!none', 'a long enough one'])
      expect((await visitor.post('/api/auth/login', { email: alpha.user.email, password })).status).not.toBe(
        200,
      )

    const again = oauthVisitor(one)
    // Another address there is the same user: the account is what the provider calls it.
    alpha.user = { ...alpha.user, email: 'renamed@example.com' }
    expect(await again.comeBy(alpha, 'alpha')).toBe('/')
    expect(await again.me()).toMatchObject({ id: me.id, email: `user${users}@example.com` })
    expect(await one.db('usertwo.identities').where({ user_id: me.id })).toMatchObject([
      { provider: 'alpha', iss: alpha.issuer, sub: alpha.user.sub, last_used_at: expect.any(Date) },
    ])
  })

  test('goes to the provider with scopes, PKCE and a nonce, and nothing else', async () => {
    await oauthVisitor(one).begin('alpha')
    await oauthVisitor(one).visit(alpha, 'alpha')
    const asked = Object.fromEntries(alpha.logins.at(-1)!)
    expect(asked).toEqual({
      redirect_uri: callbackOf('alpha'),
      scope: 'openid email',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      client_id: alpha.clientId,
      response_type: 'code',
    })
  })

  test('whose ID token names no address gets it from the UserInfo endpoint, at the first login alone', async () => {
    const { sub, ...profile } = alpha.user
    alpha.odd = { claims: { email: undefined, email_verified: undefined } }
    const before = alpha.asked['/me'] ?? 0
    const visitor = oauthVisitor(one)
    await visitor.comeBy(alpha, 'alpha')
    expect((await visitor.me())?.email).toBe(profile.email)
    await oauthVisitor(one).comeBy(alpha, 'alpha')
    expect((alpha.asked['/me'] ?? 0) - before).toBe(1)
    expect(sub).toBeTruthy()
  })

  test('may say that the computer is shared', async () => {
    const visitor = oauthVisitor(one)
    const { headers } = await visitor.get(await visitor.visit(alpha, 'alpha', { shared_computer: true }))
    const [login] = (headers['set-cookie'] as unknown as string[]).filter((line) =>
      line.startsWith('usertwo='),
    )
    expect(login).not.toMatch(/expires|max-age/i)
  })

  test('who is disabled is not logged in, and is not told why', async () => {
    const visitor = oauthVisitor(one)
    await visitor.comeBy(alpha, 'alpha')
    const { id } = (await visitor.me())!
    await setActive(one.db, id, false)
    const other = oauthVisitor(one)
    expect(await other.comeBy(alpha, 'alpha')).toBe('/auth/login?provider=alpha&outcome=failed')
    expect(await other.me()).toBeNull()
    expect((await events(id)).at(-1)).toBe('provider_refused')
  })

  test('owes the second factor they have', async () => {
    const owner = oauthVisitor(one)
    await owner.logIn(OAUTH_OWNER)
    await owner.linkTo(alpha, 'alpha')
    const { body } = await request(one.app).post('/api/auth/login').send(OAUTH_OWNER).expect(200)
    const { secret } = await enrolled(one, body.access_token)
    const other = oauthVisitor(one)
    const answer = await other.get(await other.visit(alpha, 'alpha', { next: '/page' })).expect(303)
    expect(answer.headers.location).toBe('/auth/oauth/code?next=%2Fpage')
    expect(await other.me()).toBeNull()
    const page = await other.get('/auth/oauth/code?next=%2Fpage').expect(200)
    const [, mfa_token] = /name="mfa_token" value="([^"]+)"/.exec(page.text)!
    const code = phoneCode(one, secret, 1)
    const done = await other.agent
      .post('/auth/login/code')
      .type('form')
      .set('Sec-Fetch-Site', 'same-origin')
      .send({ mfa_token, code, next: '/page' })
    expect([done.status, done.headers.location]).toEqual([303, '/page'])
    expect((await other.me())?.id).toBe(1)
    expect((await events(1)).slice(-3)).toEqual(['provider_used', 'factor_due', 'login'])
    await one.db('usertwo.totp').delete()
    await one.db('usertwo.identities').where({ user_id: 1 }).delete()
    await oauthVisitor(one).get('/auth/oauth/code').expect(303)
  })
})

test('such a login ends here as any other does, and the provider has no say in it', async () => {
  const asked = () => Object.values(alpha.asked).reduce((sum, count) => sum + count, 0)
  const [out, old] = [oauthVisitor(one), oauthVisitor(one)]
  await out.comeBy(alpha, 'alpha')
  await old.comeBy(alpha, 'alpha')
  const before = asked()
  await out.post('/api/auth/logout').expect(204)
  expect([await out.me(), (await old.me())?.email]).toEqual([null, alpha.user.email])
  one.clock.move(30 * 86_400 - 60)
  expect((await old.me())?.email).toBe(alpha.user.email)
  one.clock.move(61)
  expect(await old.me()).toBeNull()
  expect(asked()).toBe(before)
})

describe('what needs a recent login', () => {
  test('a user with a password gives it, however they have logged in; one without is recent for a while', async () => {
    const owner = oauthVisitor(one)
    await owner.logIn(OAUTH_OWNER)
    expect(await owner.linkTo(alpha, 'alpha')).toBe('/auth/account?done=linked')
    const again = oauthVisitor(one)
    await again.comeBy(alpha, 'alpha')
    expect((await again.me())?.id).toBe(1)
    expect((await again.remove('/api/auth/sessions').expect(403)).body.code).toBe('reauth_required')
    await one.db('usertwo.identities').where({ user_id: 1 }).delete()

    alpha.user = { sub: 'without', email: 'without@example.com', email_verified: true }
    const other = oauthVisitor(one)
    await other.comeBy(alpha, 'alpha')
    await other.remove('/api/auth/sessions').expect(204)
    one.clock.move(16 * 60)
    expect((await other.remove('/api/auth/sessions').expect(403)).body.code).toBe('reauth_required')
    const page = await other.agent
      .post('/auth/sessions/end-others')
      .type('form')
      .set('Sec-Fetch-Site', 'same-origin')
      .expect(403)
    expect(page.text).toContain('Continue with Alpha')
    expect(page.text).not.toContain('type="password"')
    await other.comeBy(alpha, 'alpha')
    await other.remove('/api/auth/sessions').expect(204)
  })
})

describe('registration', () => {
  test('is as closed as with a password', async () => {
    const closed = await oauthApp([given('alpha', alpha)], { url: one.url, open: false })
    const visitor = oauthVisitor(closed)
    expect(await visitor.comeBy(alpha, 'alpha')).toBe('/auth/register?provider=alpha&outcome=closed')
    expect(await visitor.comeBy(alpha, 'alpha', { invite_code: 'x', claim_code: '' })).toContain(
      'outcome=closed',
    )
    expect(await one.db('users').where({ email: alpha.user.email! })).toEqual([])
    await closed.dispose()
  })

  test('takes an invitation, for the invited address alone and once, with its role', async () => {
    const invite = await oauthApp([given('alpha', alpha)], { url: one.url, open: 'invite' })
    const email = `invited${users}@example.com`
    const invite_code = await issueInvitation(one.db, { email, role: 'editor', days: 1 })
    expect(await oauthVisitor(invite).comeBy(alpha, 'alpha', { invite_code })).toContain('outcome=closed')
    alpha.user.email = email
    const visitor = oauthVisitor(invite)
    expect(await visitor.comeBy(alpha, 'alpha', { invite_code })).toBe('/')
    expect(await visitor.me()).toMatchObject({ email, roles: ['user', 'editor'] })
    alpha.user = { ...alpha.user, sub: 'another' }
    expect(await oauthVisitor(invite).comeBy(alpha, 'alpha', { invite_code })).toContain('outcome=closed')
    await invite.dispose()
  })

  test('with the claim code the owner is claimed, once, and can be handed over', async () => {
    const fresh = await oauthApp([given('alpha', alpha)], { open: false }, { claimed: false })
    expect(await oauthVisitor(fresh).comeBy(alpha, 'alpha', { claim_code: 'WRONG-CODE' })).toContain(
      'outcome=closed',
    )
    const owner = oauthVisitor(fresh)
    expect(await owner.comeBy(alpha, 'alpha', { claim_code: CODE })).toBe('/')
    expect(await owner.me()).toMatchObject({ id: 1, email: alpha.user.email, is_admin: true })
    alpha.user = { sub: 'late', email: 'late@example.com', email_verified: true }
    expect(await oauthVisitor(fresh).comeBy(alpha, 'alpha', { claim_code: CODE })).toContain('outcome=closed')
    await request(fresh.app)
      .post('/api/auth/register')
      .send({ email: 'late@example.com', password: 'a long enough one', claim_code: CODE })
      .expect(403)
    expect(await disable(fresh.db, fresh.kit.config, 1)).toBe(false)

    await transferOwner(fresh.db, fresh.kit.config, 'next@example.com')
    expect(await fresh.db('usertwo.identities')).toEqual([])
    expect(await owner.me()).toBeNull()
    await fresh.dispose()
  })

  test('needs a user name where users log in by one: the provider is linked afterwards', async () => {
    const named = await oauthApp(
      [given('alpha', alpha)],
      { config: { users: { table: 'users', login: 'username' } } },
      { claimed: false },
    )
    expect(await oauthVisitor(named).comeBy(alpha, 'alpha')).toBe(
      '/auth/login?provider=alpha&outcome=by_name',
    )
    await named.dispose()
  })
})

describe('clients', () => {
  test('learn which providers there are', async () => {
    const { body } = await request(one.app).get('/api/auth/config').expect(200)
    expect(body.providers).toEqual([{ name: 'alpha', label: 'Alpha' }])
    const available = await request(one.app).get('/api/auth/oauth/alpha/available').expect(200)
    expect(available.body).toEqual({ name: 'alpha', label: 'Alpha' })
    await request(one.app).get('/api/auth/oauth/beta/available').expect(404)
    await request(one.app).post('/api/auth/oauth/beta/connect').send({}).expect(404)
    await request(one.app).get('/api/auth/oauth/beta/callback?code=a&state=b').expect(404)
  })

  test('find nothing where it is off', async () => {
    const off = await authApp({ dial: 5, url: one.url })
    expect((await request(off.app).get('/api/auth/config')).body.providers).toEqual([])
    for (const call of ['available', 'callback']) {
      const answer = await request(off.app).get(`/api/auth/oauth/alpha/${call}`)
      // The path is the app's.
      expect(answer.body.app).toBe(`/api/auth/oauth/alpha/${call}`)
    }
    for (const page of ['login', 'register'])
      expect((await request(off.app).get(`/auth/${page}`)).text).not.toContain('Continue with')
    await off.dispose()
  })

  test('of an app without pages get the answer of the callback as JSON', async () => {
    const four = await oauthApp([given('alpha', alpha)], { url: one.url, dial: 4 })
    const visitor = oauthVisitor(four)
    expect(await visitor.comeBy(alpha, 'alpha', { next: '/page' })).toBe('/page')
    const over = await visitor.get('/api/auth/oauth/alpha/callback?code=x&state=y').expect(400)
    expect(over.body.code).toBe('invalid_request')
    expect(over.headers['referrer-policy']).toBe('no-referrer')
    await four.dispose()
  })
})

test('a start with the flag on and without a provider stops, and says what to give', async () => {
  const bare = await authApp({ dial: 5, url: one.url, env: { AUTH_ENABLE_OAUTH: 'true' } })
  const start = (kit: AuthApp['kit']) => auth.setup!(kit as Setup)!.load!()
  await expect(start(bare.kit)).rejects.toThrow('AUTH_ENABLE_OAUTH=true: the configuration has no provider')
  await start(one.kit)
  await bare.dispose()
})

test('its tables are needed where it is on, and nowhere else', async () => {
  const connection = await one.db.client.acquireConnection()
  try {
    await connection.query(`begin; delete from usertwo.migrations where name = '0397-identities'`)
    await assertTables(connection, 4)
    await expect(assertTables(connection, 4, { AUTH_ENABLE_OAUTH: true })).rejects.toThrow(
      /lacks 0397-identities/,
    )
  } finally {
    await connection.query('rollback')
    await one.db.client.releaseConnection(connection)
  }
})
