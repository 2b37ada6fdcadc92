// What a login by a provider refuses: the cases of docs/attacks.md. Each was seen red with the defect it is about.
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OddToken, SmallProvider } from '../../../../proof/checks/4-auth/oauth/small-provider.js'
import type { AuthApp } from '../../../../test/support/auth-app.js'
import {
  callbackOf,
  given,
  OAUTH_ORIGIN,
  OAUTH_OWNER,
  oauthApp,
  oauthVisitor,
  pathOf,
  smallProviders,
} from '../../../../test/support/oauth-app.js'
import { issueReset } from '../links/reset-token.js'

let alpha: SmallProvider
let beta: SmallProvider
let one: AuthApp
let users = 0
const lines: string[] = []

const OVER = '/auth/login?provider=alpha&outcome=over'
const FAILED = '/auth/login?provider=alpha&outcome=failed'

beforeAll(async () => {
  ;({ alpha, beta } = await smallProviders('alpha', 'beta'))
  one = await oauthApp([given('alpha', alpha), given('beta', beta)], { lines })
}, 60_000)
beforeEach(() => {
  alpha.odd = {}
  beta.odd = {}
  users++
  alpha.user = { sub: `user-${users}`, email: `user${users}@example.com`, email_verified: true }
  beta.user = alpha.user
})
afterAll(async () => {
  await one?.dispose()
  await alpha?.close()
  await beta?.close()
})

const visitor = () => oauthVisitor(one)
const made = () => one.db('users').where({ email: `user${users}@example.com` })
/** Where a callback sends the browser, and that it has no login. */
async function refusedAt(browser: ReturnType<typeof visitor>, callback: string, location: string) {
  const answer = await browser.get(callback).expect(303)
  expect(answer.headers.location).toBe(location)
  expect(await browser.me()).toBeNull()
  expect(await made()).toEqual([])
}

describe('case 93: the state', () => {
  test('counts once, and not where it is missing, another or twice in the address', async () => {
    const browser = visitor()
    const callback = await browser.visit(alpha, 'alpha')
    const without = new URL(callback, OAUTH_ORIGIN)
    const state = without.searchParams.get('state')!
    without.searchParams.delete('state')
    await refusedAt(browser, pathOf(without.href), OVER)
    without.searchParams.set(
      'state',
      state.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A')),
    )
    await refusedAt(browser, pathOf(without.href), OVER)
    await refusedAt(browser, `${callback}&state=${state}`, OVER)
    expect((await browser.get(callback)).headers.location).toBe('/')
    const again = visitor()
    expect((await again.get(callback)).headers.location).toBe(OVER)
    expect((await browser.get(callback)).headers.location).toBe('/auth/account?provider=alpha&outcome=over')
    expect(await made()).toHaveLength(1)
  })

  test('counts in the browser that began it alone, whose cookie no script reads', async () => {
    const browser = visitor()
    const answer = await browser.post('/api/auth/oauth/alpha/connect')
    const [cookie] = answer.headers['set-cookie'] as unknown as string[]
    expect(cookie).toMatch(/^usertwo-oauth=[\w-]{22}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/)
    const callback = pathOf(await alpha.visit(answer.body.url))
    await refusedAt(visitor(), callback, OVER)
    const other = visitor()
    await other.begin('alpha')
    await refusedAt(other, callback, OVER)
    // It was not used up by the others.
    expect((await browser.get(callback)).headers.location).toBe('/')
  })

  test('its cookie belongs to this host alone over https, whatever COOKIE_SAMESITE says', async () => {
    const env = { COOKIE_SECURE_DEFAULT: 'true', COOKIE_SAMESITE: 'strict' }
    const secure = await oauthApp([given('alpha', alpha)], { url: one.url, env })
    const answer = await request(secure.app).post('/api/auth/oauth/alpha/connect').send({}).expect(200)
    const [cookie] = answer.headers['set-cookie'] as unknown as string[]
    expect(cookie).toMatch(
      /^__Host-usertwo-oauth=[\w-]{22}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    await secure.dispose()
  })

  test('waits for ten minutes', async () => {
    const browser = visitor()
    const callback = await browser.visit(alpha, 'alpha')
    one.clock.move(601)
    await refusedAt(browser, callback, OVER)
  })

  test('a login begins with a form or a script of the app, never with a link or a form of another site', async () => {
    const url = '/api/auth/oauth/alpha/connect'
    for (const site of ['cross-site', 'same-site'])
      for (const path of [url, '/auth/oauth/connect'])
        await request(one.app).post(path).set('Sec-Fetch-Site', site).send({ provider: 'alpha' }).expect(403)
    for (const path of [url, '/auth/oauth/connect?provider=alpha']) {
      const answer = await request(one.app).get(path)
      // Both are the app's own paths.
      expect([answer.body.app, answer.headers['set-cookie']]).toEqual([path, undefined])
    }
  })
})

describe('case 94: PKCE', () => {
  test('is S256 with a verifier of each login’s own, which is not stored', async () => {
    const browser = visitor()
    const callbacks = [await browser.visit(alpha, 'alpha'), await browser.visit(alpha, 'alpha')]
    const [first, second] = alpha.logins.slice(-2)
    expect(first!.get('code_challenge_method')).toBe('S256')
    expect(first!.get('code_challenge')).not.toBe(second!.get('code_challenge'))
    const stored = JSON.stringify(await one.db('usertwo.oauth_flows'))
    for (const name of ['state', 'nonce', 'code_challenge']) expect(stored).not.toContain(first!.get(name))
    // The provider compares them.
    const swapped = callbacks.map((callback) => new URL(callback, OAUTH_ORIGIN))
    swapped[0]!.searchParams.set('code', new URL(callbacks[1]!, OAUTH_ORIGIN).searchParams.get('code')!)
    await refusedAt(browser, pathOf(swapped[0]!.href), FAILED)
  })
})

describe('case 95: two providers are not mixed up', () => {
  test('by the issuer in the callback (RFC 9207)', async () => {
    for (const iss of [beta.issuer, `${alpha.issuer}/`, null]) {
      alpha.odd = { iss }
      const browser = visitor()
      await refusedAt(browser, await browser.visit(alpha, 'alpha'), FAILED)
    }
  })

  test('by the issuer in its description, which is the configured one', async () => {
    for (const issuer of [beta.issuer, `${alpha.issuer}/realm`, alpha.issuer.replace('http:', 'https:')]) {
      const fresh = await oauthApp([given('alpha', alpha)], { url: one.url })
      alpha.odd = { issuer }
      const begun = alpha.logins.length
      const answer = await oauthVisitor(fresh).post('/api/auth/oauth/alpha/connect')
      expect([issuer, answer.status, answer.body.url]).toEqual([issuer, 503, undefined])
      expect(alpha.logins).toHaveLength(begun)
      await fresh.dispose()
    }
  })

  test('by an address of their own', async () => {
    const browser = visitor()
    const callback = await browser.visit(alpha, 'alpha')
    const location = '/auth/login?provider=beta&outcome=over'
    await refusedAt(browser, callback.replace('/alpha/', '/beta/'), location)
    expect(alpha.logins.at(-1)!.get('redirect_uri')).toBe(callbackOf('alpha'))
    expect(beta.asked['/token'] ?? 0).toBe(0)
    expect((await browser.get(callback)).headers.location).toBe('/')
  })

  test('by their own users: the same id at both is two users', async () => {
    const first = visitor()
    await first.comeBy(alpha, 'alpha')
    beta.user = { ...beta.user, email: `beta${users}@example.com` }
    const second = visitor()
    await second.comeBy(beta, 'beta')
    expect((await second.me())!.id).not.toBe((await first.me())!.id)
  })
})

const LONG_AGO = Math.floor(Date.now() / 1000) - 3_600
describe('case 96: an ID token is refused', () => {
  test.each<[string, () => OddToken]>([
    ['of another audience', () => ({ claims: { aud: 'another client' } })],
    ['of several audiences', () => ({ claims: { aud: [alpha.clientId, 'another client'] } })],
    ['of another issuer', () => ({ claims: { iss: beta.issuer } })],
    ['with another nonce', () => ({ claims: { nonce: 'x'.repeat(43) } })],
    ['without a nonce', () => ({ claims: { nonce: undefined } })],
    ['without a signature', () => ({ header: { alg: 'none' } })],
    ['signed with a shared secret', () => ({ header: { alg: 'HS256' } })],
    ['that has expired', () => ({ claims: { exp: LONG_AGO } })],
    ['without an end', () => ({ claims: { exp: undefined } })],
    ['made for another party', () => ({ claims: { azp: 'another client' } })],
    ['signed by an unknown key', () => ({ byOther: true })],
    ['of an unknown key id', () => ({ header: { kid: 'two' } })],
    ['without a user', () => ({ claims: { sub: undefined } })],
    ['of an empty user', () => ({ claims: { sub: '' } })],
  ])('%s', async (_what, odd) => {
    alpha.odd = odd()
    const browser = visitor()
    await refusedAt(browser, await browser.visit(alpha, 'alpha'), FAILED)
  })

  test('and the keys are not read again for each', async () => {
    const before = alpha.asked['/jwks'] ?? 0
    alpha.odd = { header: { kid: 'two' } }
    for (let n = 0; n < 5; n++) {
      const browser = visitor()
      await refusedAt(browser, await browser.visit(alpha, 'alpha'), FAILED)
    }
    expect((alpha.asked['/jwks'] ?? 0) - before).toBeLessThanOrEqual(1)
  })
})

describe('cases 46 and 97: an account is never joined by its address', () => {
  test('that another user registered with before: the victim gets no account of the attacker', async () => {
    const email = `user${users}@example.com`
    const attacker = visitor()
    await attacker.post('/api/auth/register', { email, password: 'known to the attacker' }).expect(202)
    await attacker.logIn({ email, password: 'known to the attacker' })
    const { id } = (await attacker.me())!
    const victim = visitor()
    const callback = await victim.visit(alpha, 'alpha')
    const answer = await victim.get(callback).expect(303)
    expect(answer.headers.location).toBe('/auth/login?provider=alpha&outcome=exists&next=%2Fauth%2Faccount')
    expect(await victim.me()).toBeNull()
    expect(await one.db('usertwo.identities').where({ user_id: id })).toEqual([])
    const page = await victim.get(answer.headers.location!).expect(200)
    expect(page.text).toContain('There is an account with your address at Alpha already. Log in to it first')

    // The way on: a new password by mail ends what the attacker has, then the victim links.
    const token = await issueReset(one.db, id)
    await victim.post('/api/auth/password/reset', { token, password: 'of the victim alone' }).expect(204)
    expect(await attacker.me()).toBeNull()
    await victim.logIn({ email, password: 'of the victim alone' })
    expect(await victim.linkTo(alpha, 'alpha')).toBe('/auth/account?done=linked')
    const again = visitor()
    await again.comeBy(alpha, 'alpha')
    expect((await again.me())?.id).toBe(id)
  })

  test.each<[string, { email?: string; email_verified?: unknown }]>([
    ['not confirmed', { email: OAUTH_OWNER.email, email_verified: false }],
    ['without a word about that', { email: OAUTH_OWNER.email }],
    ['confirmed in words alone', { email: OAUTH_OWNER.email, email_verified: 'true' }],
    ['missing', {}],
    ['not an address', { email: 'owner', email_verified: true }],
  ])('an address that is %s neither joins an account nor makes one', async (_what, profile) => {
    alpha.user = { sub: `user-${users}`, ...(profile as object) }
    const browser = visitor()
    await refusedAt(
      browser,
      await browser.visit(alpha, 'alpha'),
      '/auth/login?provider=alpha&outcome=no_address',
    )
    expect(await one.db('usertwo.identities').where({ sub: `user-${users}` })).toEqual([])
  })

  test('a confirmed address of another user, in any case of its letters, neither', async () => {
    alpha.user = { sub: `user-${users}`, email: 'Owner@Example.COM', email_verified: true }
    const browser = visitor()
    expect(await browser.comeBy(alpha, 'alpha')).toContain('outcome=exists')
    expect(await browser.me()).toBeNull()
  })
})

test('case 99: neither the browser nor the database gets a token of the provider', async () => {
  const browser = visitor()
  const begun = await browser.post('/api/auth/oauth/alpha/connect').expect(200)
  const callback = pathOf(await alpha.visit(begun.body.url))
  const answer = await browser.get(callback).expect(303)
  expect(alpha.tokens).toHaveLength(2)
  const tables = ['identities', 'oauth_flows', 'user_sessions', 'credentials', 'audit', 'outbox']
  const stored = await Promise.all(tables.map((table) => one.db(`usertwo.${table}`)))
  const seen = JSON.stringify([begun.body, begun.headers, answer.text, answer.headers, stored, await made()])
  for (const token of alpha.tokens) expect(seen).not.toContain(token)
})

describe('case 99: where the browser goes afterwards', () => {
  test('is a path of the app, and the answer says nothing to the next page', async () => {
    for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', '/auth/login', 'x']) {
      alpha.user = { ...alpha.user, sub: `${alpha.user.sub}x`, email: `x${alpha.user.email}` }
      expect(await visitor().comeBy(alpha, 'alpha', { next })).toBe('/')
    }
    const browser = visitor()
    const answer = await browser.get(await browser.visit(alpha, 'alpha', { next: '/page' }))
    expect([answer.status, answer.headers.location]).toEqual([303, '/page'])
    expect(answer.headers['referrer-policy']).toBe('no-referrer')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(JSON.stringify([answer.text, answer.headers])).not.toMatch(/code=|state=/)
  })

  test('goes to the configured address, whatever the request says', async () => {
    await request(one.app)
      .post('/api/auth/oauth/alpha/connect')
      .set({ Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', Origin: OAUTH_ORIGIN })
      .send({})
      .expect(200)
      .expect(({ body }) => {
        expect(new URL(body.url).searchParams.get('redirect_uri')).toBe(callbackOf('alpha'))
      })
  })

  test('and neither the log nor the audit holds a code, a state or a token', async () => {
    lines.length = 0
    for (const odd of [{}, { claims: { aud: 'another' } }]) {
      alpha.odd = odd
      const browser = visitor()
      const callback = await browser.visit(alpha, 'alpha')
      await browser.get(callback)
      const { searchParams } = new URL(callback, OAUTH_ORIGIN)
      const written = lines.join('') + JSON.stringify(await one.db('usertwo.audit'))
      expect(written).toContain('/callback')
      for (const name of ['code', 'state']) expect(written).not.toContain(searchParams.get(name))
      expect(written).not.toMatch(/eyJ|"id_token":"|access_token":"/)
      expect(written).not.toContain(alpha.clientSecret)
    }
    expect(lines.join('')).toContain('a login by a provider failed')
  })
})

describe('case 100: a provider that does not answer', () => {
  test.each([
    ['/token', 500],
    ['/jwks', 503],
    ['/me', 500],
  ])('at %s makes no user', async (path, status) => {
    const fresh = await oauthApp([given('alpha', alpha)], { url: one.url })
    alpha.odd = { fails: { path, status }, claims: { email: undefined } }
    const browser = oauthVisitor(fresh)
    const { headers } = await browser.get(await browser.visit(alpha, 'alpha')).expect(303)
    expect(headers.location).toMatch(/^\/auth\/login\?provider=alpha&outcome=(?:away|failed)$/)
    expect(await made()).toEqual([])
    expect(await one.db('usertwo.identities').where({ sub: alpha.user.sub })).toEqual([])
    await fresh.dispose()
  })

  test('in time is not waited for: a page says so, and the next login works', async () => {
    alpha.odd = { waits: { path: '/token', ms: 8_000 } }
    const browser = visitor()
    const callback = await browser.visit(alpha, 'alpha')
    const begun = performance.now()
    const answer = await browser.get(callback).expect(303)
    expect(performance.now() - begun).toBeLessThan(6_500)
    expect(answer.headers.location).toBe('/auth/login?provider=alpha&outcome=away')
    const page = await browser.get(answer.headers.location!).expect(400)
    expect(page.text).toContain('Alpha does not answer. Please try again later.')
    expect(await made()).toEqual([])
    alpha.odd = {}
    expect(await browser.comeBy(alpha, 'alpha')).toBe('/')
  }, 20_000)

  test('when its description is read stops no start and no page, and is tried again', async () => {
    const fresh = await oauthApp([given('alpha', alpha), given('beta', beta)], { url: one.url })
    alpha.odd = { fails: { path: '/.well-known/openid-configuration', status: 500 } }
    const browser = oauthVisitor(fresh)
    const answer = await browser.post('/api/auth/oauth/alpha/connect').expect(503)
    expect(answer.body).toMatchObject({
      code: 'unavailable',
      detail: 'The provider does not answer. Please try again.',
    })
    const page = await browser.agent
      .post('/auth/oauth/connect')
      .type('form')
      .set('Sec-Fetch-Site', 'same-origin')
      .send({ provider: 'alpha' })
    expect(page.status).toBe(503)
    expect(page.text).toContain('The provider does not answer. Please try again.')
    alpha.odd = {}
    expect(await browser.comeBy(alpha, 'alpha')).toBe('/')
    await fresh.dispose()
  })
})
