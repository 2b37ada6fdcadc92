import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SmallProvider } from '../../../../proof/checks/4-auth/oauth/small-provider.js'
import type { AuthApp } from '../../../../test/support/auth-app.js'
import {
  given,
  OAUTH_OWNER,
  type OauthVisitor,
  oauthApp,
  oauthVisitor,
  smallProviders,
} from '../../../../test/support/oauth-app.js'
import { passkeyClient } from '../../../../test/support/passkeys.js'
import { issueReset } from '../links/reset-token.js'

const BEA = { email: 'bea@example.com', password: 'a long enough one too' }
let alpha: SmallProvider
let beta: SmallProvider
let one: AuthApp
let owner: OauthVisitor
let bea: OauthVisitor
let users = 0

beforeAll(async () => {
  ;({ alpha, beta } = await smallProviders('alpha', 'beta'))
  const env = { AUTH_ENABLE_PASSKEYS: 'true' }
  one = await oauthApp([given('alpha', alpha), given('beta', beta)], { env })
  await oauthVisitor(one).post('/api/auth/register', BEA).expect(202)
}, 60_000)
beforeEach(async () => {
  await one.db('usertwo.identities').delete()
  alpha.odd = {}
  users++
  alpha.user = { sub: `user-${users}`, email: `at-alpha${users}@example.com`, email_verified: true }
  beta.user = { sub: `user-${users}`, preferred_username: 'ann' }
  owner = oauthVisitor(one)
  await owner.logIn(OAUTH_OWNER)
  bea = oauthVisitor(one)
  await bea.logIn(BEA)
})
afterAll(async () => {
  await one?.dispose()
  await alpha?.close()
  await beta?.close()
})

const identities = () => one.db('usertwo.identities').orderBy('created_at')
const list = async (visitor: OauthVisitor) =>
  (await visitor.get('/api/auth/oauth/identities').expect(200)).body

describe('an account at a provider', () => {
  test('is linked, logs in, and is unlinked', async () => {
    expect(await owner.linkTo(alpha, 'alpha')).toBe('/auth/account?done=linked')
    expect(await owner.linkTo(beta, 'beta')).toBe('/auth/account?done=linked')
    expect(await list(owner)).toEqual([
      {
        id: expect.any(String),
        provider: 'alpha',
        shown: alpha.user.email,
        created_at: expect.any(String),
        last_used_at: null,
      },
      {
        id: expect.any(String),
        provider: 'beta',
        shown: 'ann',
        created_at: expect.any(String),
        last_used_at: null,
      },
    ])
    const [{ id }] = await list(owner)
    const elsewhere = oauthVisitor(one)
    await elsewhere.comeBy(alpha, 'alpha')
    expect((await elsewhere.me())?.id).toBe(1)
    expect((await list(owner))[0].last_used_at).not.toBeNull()
    await owner.remove(`/api/auth/oauth/identities/${id}`).expect(204)
    await owner.remove(`/api/auth/oauth/identities/${id}`).expect(404)
    expect(await list(owner)).toHaveLength(1)
    const events = await one.db('usertwo.audit').where({ user_id: 1 }).orderBy('id').pluck('event')
    expect(events.filter((event: string) => event.startsWith('provider_'))).toEqual([
      'provider_linked',
      'provider_linked',
      'provider_used',
      'provider_unlinked',
    ])
    const stored = JSON.stringify([await identities(), await one.db('usertwo.oauth_flows')])
    expect(stored).not.toMatch(/token|eyJ/)
  })

  test('is linked once: again is the same, and to another user it is refused without naming its user', async () => {
    await owner.linkTo(alpha, 'alpha')
    expect(await owner.linkTo(alpha, 'alpha')).toBe('/auth/account?done=linked')
    expect(await bea.linkTo(alpha, 'alpha')).toBe('/auth/account?provider=alpha&outcome=taken')
    expect(await identities()).toMatchObject([{ user_id: 1 }])
    const page = await bea.get('/auth/account?provider=alpha&outcome=taken')
    expect(page.text).toContain('This account at Alpha is linked to another account here.')
    expect(page.text).not.toContain(OAUTH_OWNER.email)
  })

  test('two users at the same time: each lists and unlinks their own alone', async () => {
    await owner.linkTo(alpha, 'alpha')
    beta.user = { sub: 'of bea' }
    await bea.linkTo(beta, 'beta')
    const [[mine], [theirs]] = await Promise.all([list(owner), list(bea)])
    const tried = await Promise.all([
      owner.remove(`/api/auth/oauth/identities/${theirs.id}`),
      bea.remove(`/api/auth/oauth/identities/${mine.id}`),
      bea.remove('/api/auth/oauth/identities/x'),
    ])
    expect(tried.map(({ status }) => status)).toEqual([404, 404, 404])
    expect(await identities()).toHaveLength(2)
  })
})

describe('case 98: it is linked by a login alone', () => {
  test('not by an anonymous client, and not after the login is no longer recent', async () => {
    await oauthVisitor(one).post('/api/auth/oauth/alpha/link').expect(401)
    await oauthVisitor(one).get('/api/auth/oauth/identities').expect(401)
    const callback = await owner.visit(alpha, 'alpha', {}, 'link')
    one.clock.move(16 * 60)
    expect((await owner.post('/api/auth/oauth/alpha/link').expect(403)).body.code).toBe('reauth_required')
    const [identity] = await identities()
    expect(identity).toBeUndefined()
    expect((await owner.get(callback)).headers.location).toContain('outcome=over')
  })

  test('not by another site, and not without the CSRF token', async () => {
    const cookie = { 'Sec-Fetch-Site': 'cross-site' }
    await owner.agent.post('/api/auth/oauth/alpha/link').set(cookie).send({}).expect(403)
    await owner.agent.post('/api/auth/oauth/alpha/link').send({}).expect(403)
    await owner.agent
      .post('/auth/account/link')
      .set(cookie)
      .type('form')
      .send({ provider: 'alpha' })
      .expect(403)
  })

  test('not by a callback of another browser: the attacker’s account there is never linked to the victim', async () => {
    const attacker = await bea.visit(alpha, 'alpha', {}, 'link')
    expect((await owner.get(attacker)).headers.location).toBe('/auth/account?provider=alpha&outcome=over')
    const login = await oauthVisitor(one).visit(alpha, 'alpha')
    await owner.get(login)
    expect(await identities()).toEqual([])
  })

  test('not after a logout, and not by the next user of the browser', async () => {
    const callback = await owner.visit(alpha, 'alpha', {}, 'link')
    const second = await owner.visit(alpha, 'alpha', {}, 'link')
    await owner.post('/api/auth/logout').expect(204)
    expect((await owner.get(callback)).headers.location).toBe(
      '/auth/login?provider=alpha&outcome=other_login',
    )
    await owner.logIn(BEA)
    expect((await owner.get(second)).headers.location).toBe(
      '/auth/account?provider=alpha&outcome=other_login',
    )
    expect(await identities()).toEqual([])
  })

  test('not where the cookie of the login is gone, though the login goes on', async () => {
    const callback = await owner.visit(alpha, 'alpha', {}, 'link')
    const flow = owner.agent.jar.getCookie('usertwo-oauth', {
      path: '/',
      domain: '127.0.0.1',
      secure: false,
      script: false,
    })
    const bare = await oauthVisitor(one).get(callback).set('Cookie', `usertwo-oauth=${flow!.value}`)
    expect(bare.headers.location).toBe('/auth/login?provider=alpha&outcome=other_login')
    expect(await identities()).toEqual([])
  })

  test('not by another login of the same user, though both go on', async () => {
    const callback = await owner.visit(alpha, 'alpha', {}, 'link')
    const again = oauthVisitor(one)
    await again.logIn(OAUTH_OWNER)
    const where = { path: '/', domain: '127.0.0.1', secure: false, script: false }
    const flow = owner.agent.jar.getCookie('usertwo-oauth', where)!.value
    const login = again.agent.jar.getCookie('usertwo', where)!.value
    const answer = await oauthVisitor(one)
      .get(callback)
      .set('Cookie', `usertwo-oauth=${flow}; usertwo=${login}`)
    expect(answer.headers.location).toBe('/auth/account?provider=alpha&outcome=other_login')
    expect(await identities()).toEqual([])
  })

  test('with a login in a header it is, and with a strict cookie, by the browser that began it', async () => {
    const strict = await oauthApp([given('alpha', alpha)], {
      url: one.url,
      env: { COOKIE_SAMESITE: 'strict' },
    })
    const browser = oauthVisitor(strict)
    await browser.logIn(OAUTH_OWNER)
    const callback = await browser.visit(alpha, 'alpha', {}, 'link')
    const flow = browser.agent.jar.getCookie('usertwo-oauth', {
      path: '/',
      domain: '127.0.0.1',
      secure: false,
      script: false,
    })
    const back = await oauthVisitor(strict).get(callback).set('Cookie', `usertwo-oauth=${flow!.value}`)
    expect(back.headers.location).toBe('/auth/account?done=linked')
    expect(await identities()).toHaveLength(1)
    await strict.dispose()
  })

  test('not once a new password has ended the login', async () => {
    const callback = await owner.visit(alpha, 'alpha', {}, 'link')
    const token = await issueReset(one.db, 1)
    await oauthVisitor(one)
      .post('/api/auth/password/reset', { token, password: OAUTH_OWNER.password })
      .expect(204)
    expect((await owner.get(callback)).headers.location).toContain('outcome=other_login')
    expect(await identities()).toEqual([])
  })

  test('the only way in is not unlinked, also where two are at once, and a passkey is another way', async () => {
    const visitor = oauthVisitor(one)
    await visitor.comeBy(alpha, 'alpha')
    const [only] = await list(visitor)
    const refused = await visitor.remove(`/api/auth/oauth/identities/${only.id}`).expect(400)
    expect(refused.body.detail).toMatch(/^This is the only way into your account. Set a password first/)
    await visitor.linkTo(beta, 'beta')
    const both = await list(visitor)
    const tried = await Promise.all(
      both.map(({ id }: { id: string }) => visitor.remove(`/api/auth/oauth/identities/${id}`)),
    )
    expect(tried.map(({ status }) => status).sort()).toEqual([204, 400])
    const [left] = await list(visitor)

    const device = passkeyClient(one, '203.0.113.77', 'https://app.example.com')
    const { id } = (await visitor.me())!
    const hash = 'cheap a long enough one'
    await one.db('usertwo.credentials').where({ user_id: id }).update({ password_hash: hash })
    const { email } = (await visitor.me())!
    const { body } = await device.post('/login', { email, password: 'a long enough one' }).expect(200)
    const passkey = await device.register(body.access_token)
    await one.db('usertwo.credentials').where({ user_id: id }).update({ password_hash: '!none' })
    await visitor.remove(`/api/auth/oauth/identities/${left.id}`).expect(204)
    await visitor.remove(`/api/auth/webauthn/credentials/${passkey.id}`).expect(400)
  })
})
