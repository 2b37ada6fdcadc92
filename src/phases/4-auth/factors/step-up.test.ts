import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import request from 'supertest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { passkeyClient } from '../../../../test/support/passkeys.js'
import { enrolled, phoneCode, wrongCode } from '../../../../test/support/totp.js'
import { type WrappedApp, wrappedApp } from '../../../../test/support/wrapped-app.js'
import { parseConfig } from '../../../config/config.js'
import { patternsOf } from '../../../express/pattern.js'
import { configAtStart } from '../config-at-start.js'
import { createToken } from '../sessions/tokens/made-tokens.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const FLAGS = { AUTH_ENABLE_TOTP: 'true', AUTH_ENABLE_PASSKEYS: 'true' }
const STEP_UP = { 'POST /transfers': 10, '/vault': 10, '/vault/keys': 2 }

describe('with the login of usertwo', () => {
  let one: AuthApp
  let token: string
  let address = 0

  const bearer = (of = token) => ({ Authorization: `Bearer ${of}` })
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    request(one.app)
      .post(`/api/auth${path}`)
      .set({ 'x-forwarded-for': `203.0.113.${++address % 250}`, ...headers })
      .send(body)
  const login = async () => (await post('/login', OWNER).expect(200)).body
  const transfer = (of = token) => request(one.app).post('/transfers').set(bearer(of)).send({})
  const refused = { status: 403, code: 'factor_required', max_age: 600, page: '/auth/confirm' }
  const codeOf = (secret: string) => phoneCode(one, secret)

  beforeEach(async () => {
    one = await authApp({ dial: 5, env: FLAGS, open: true, config: { auth: { stepUp: STEP_UP } } })
    await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
    token = (await login()).access_token
  })
  afterEach(() => one?.dispose())

  test('a login with the password alone is refused, and other routes stay open to it', async () => {
    expect((await transfer().expect(403)).body).toMatchObject(refused)
    await request(one.app).get('/transfers').set(bearer()).expect(200)
    await request(one.app).post('/other').set(bearer()).expect(200)
  })

  test('it holds for everything below a route, and the shortest time counts', async () => {
    await enrolled(one, token)
    const at = (path: string) => request(one.app).get(path).set(bearer())
    await at('/vault/keys/7').expect(200)
    one.clock.move(3 * 60)
    await at('/vault').expect(200)
    await at('/vault/keys').expect(403)
    expect((await at('/vault/keys/7').expect(403)).body).toMatchObject({ ...refused, max_age: 120 })
    await at('/vaults').expect(200)
  })

  test('a factor that is set up opens it for as long as the route says, and a code again afterwards', async () => {
    const { secret } = await enrolled(one, token)
    await transfer().expect(200)
    one.clock.move(10 * 60 + 1)
    expect((await transfer().expect(403)).body).toMatchObject(refused)
    const { password } = OWNER
    await post('/reauth', { password }, bearer()).expect(400)
    await post('/reauth', { password, code: wrongCode(one, secret) }, bearer()).expect(401)
    await transfer().expect(403)
    const { body } = await post('/reauth', { password, code: codeOf(secret) }, bearer()).expect(200)
    await transfer(body.access_token).expect(200)
  })

  test('a code that was given in one login does not count in another', async () => {
    const { secret, codes } = await enrolled(one, token)
    one.clock.move(60)
    const { mfa_token } = await login()
    const other = (await post('/totp/verify', { mfa_token, code: codeOf(secret) }).expect(200)).body
    await transfer(other.access_token).expect(200)
    one.clock.move(10 * 60 + 1)
    const proof = { password: OWNER.password, code: codes[0] }
    const { body } = await post('/reauth', proof, bearer(other.access_token)).expect(200)
    await transfer(body.access_token).expect(200)
    await transfer().expect(403)
  })

  test('the password given again counts for nothing where there is no factor', async () => {
    const { body } = await post('/reauth', { password: OWNER.password }, bearer()).expect(200)
    await transfer(body.access_token).expect(403)
  })

  test('a login by passkey opens it', async () => {
    const client = passkeyClient(one, '203.0.113.251')
    const { passkey } = await client.register(token)
    await transfer().expect(403)
    const { body } = await client.logIn(passkey)
    await transfer(body.access_token).expect(200)
    one.clock.move(10 * 60 + 1)
    await transfer(body.access_token).expect(403)
  })

  test('a personal token of a user who has proved a factor is refused', async () => {
    await enrolled(one, token)
    const made = await createToken(one.db, 1, { name: 'export', scopes: ['read', 'write'], days: 1 })
    expect((await transfer(made.token).expect(403)).body.code).toBe('factor_required')
  })

  describe('in a browser', () => {
    const SAME = { 'Sec-Fetch-Site': 'same-origin' }
    const NAVIGATION = { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate' }
    let agent: ReturnType<typeof request.agent>
    const page = (path: string) => agent.get(path).set(NAVIGATION)
    const confirm = (fields: object) => agent.post('/auth/confirm').set(SAME).type('form').send(fields)

    beforeEach(async () => {
      agent = request.agent(one.app)
      await agent.post('/auth/login').set(SAME).type('form').send(OWNER).expect(303)
    })

    test('a page sends there to prove it, and back', async () => {
      const { secret } = await enrolled(one, token)
      // It ended every other login.
      one.clock.move(60)
      const asked = await agent.post('/auth/login').set(SAME).type('form').send(OWNER).expect(200)
      const mfa_token = /name="mfa_token" value="([^"]+)"/.exec(asked.text)![1]
      await agent
        .post('/auth/login/code')
        .set(SAME)
        .type('form')
        .send({ mfa_token, code: codeOf(secret) })
      await page('/vault/a?b=1').expect(200)
      one.clock.move(10 * 60 + 1)
      const { headers } = await page('/vault/a?b=1').expect(302)
      expect(headers.location).toBe('/auth/confirm?next=%2Fvault%2Fa%3Fb%3D1')
      expect(headers.vary).toContain('Cookie')
      const { text } = await page(headers.location!).expect(200)
      expect(text).toContain('a code of your second factor')
      expect(text).toContain('name="next" value="/vault/a?b=1"')
      const given = { password: OWNER.password, next: '/vault/a?b=1' }
      const wrong = await confirm({ ...given, code: wrongCode(one, secret) }).expect(401)
      expect(wrong.text).toContain('This code is wrong')
      expect(wrong.text).toContain('name="next" value="/vault/a?b=1"')
      const done = await confirm({ ...given, code: codeOf(secret) }).expect(303)
      expect(done.headers.location).toBe('/vault/a?b=1')
      await page('/vault/a?b=1').expect(200)
    })

    test('a user without a factor sees where to set one up, and a passkey is offered to a user who has one', async () => {
      const { text } = await page('/auth/confirm?next=/vault').expect(200)
      expect(text).toContain('href="/auth/factor"')
      expect(text).toContain('href="/auth/passkeys"')
      expect(text).not.toContain('name="code"')
      await passkeyClient(one, '203.0.113.252').register(token)
      const offered = (await page('/auth/confirm?next=/vault').expect(200)).text
      expect(offered).toContain('data-passkey="{&quot;')
      expect(offered).not.toContain('href="/auth/factor"')
    })

    test('it goes on to no other site, and an anonymous visitor logs in first', async () => {
      const { text } = await page('/auth/confirm?next=https://evil.example/').expect(200)
      expect(text).not.toContain('evil')
      const { headers } = await request(one.app).get('/auth/confirm?next=/vault').set(NAVIGATION).expect(303)
      expect(headers.location).toBe('/auth/login?next=%2Fvault')
    })
  })

  test('a start without a factor that users could have stops, and says what to set', async () => {
    const { kit } = one
    const off = { ...kit.settings, AUTH_ENABLE_TOTP: false, AUTH_ENABLE_PASSKEYS: false }
    await configAtStart(kit)
    await expect(configAtStart({ ...kit, settings: off })).rejects.toMatchObject({
      problems: [
        expect.stringContaining('auth.stepUp: users can have no second factor; set AUTH_ENABLE_TOTP'),
      ],
    })
  })
})

describe('the app’s own routes', () => {
  let app: WrappedApp
  const routes = () => {
    const own = express()
    const yes: express.RequestHandler = (_req, res) => void res.json({ done: true })
    own.get('/health', yes)
    own.get('/open', yes)
    own.all('/vault{/*rest}', yes)
    return own
  }

  beforeAll(async () => {
    app = await wrappedApp(routes, {
      env: FLAGS,
      config: {
        routes: { public: ['GET /health', 'GET /open'] },
        auth: { stepUp: { '/vault': 10, '/open': 10 } },
      },
    })
    await app.stored(`update usertwo.user_sessions set factor_at = now() where user_id = 1`)
  }, 120_000)
  afterAll(() => app?.dispose())

  /** Sends the path as written: fetch would normalise it. */
  async function statusOf(method: string, path: string, user: number): Promise<number | undefined> {
    const { port } = app.server.address() as AddressInfo
    const headers = { authorization: `Bearer ${app.people[user - 1]!.token}` }
    const sent = httpRequest({ port, host: '127.0.0.1', method, path, headers, agent: false }).end()
    const [answer] = await once(sent, 'response')
    answer.resume()
    return answer.statusCode
  }

  test('case 118: no spelling of a path gets past it', async () => {
    for (const path of [
      '/vault',
      '/VAULT',
      '/vault/',
      '//vault',
      '/%76ault/a',
      '/./vault',
      '/x/../vault',
      '/vault%2fa',
    ])
      for (const method of ['GET', 'HEAD', 'POST', 'PURGE'])
        expect([path, method, await statusOf(method, path, 2)]).toEqual([path, method, 403])
    expect(await statusOf('GET', '/VAULT/a', 1)).toBe(200)
  })

  test('two users at once: each needs a proof of their own', async () => {
    const asked = Array.from({ length: 60 }, (_, at) => statusOf('GET', '/vault', 1 + (at % 2)))
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 60 }, (_, at) => (at % 2 ? 403 : 200)))
  })

  test('an anonymous request is refused, on a public path too', async () => {
    expect((await app.ask(null, 'GET', '/vault')).status).toBe(401)
    expect((await app.ask(null, 'GET', '/open')).status).toBe(401)
    expect((await app.ask(null, 'GET', '/health')).status).toBe(200)
  })
})

test('an invalid pattern or time, and a login of the app, are errors at the start', () => {
  const config = (auth: object) =>
    parseConfig({
      app: { start: ['node', 'a.js'] },
      owner: { id: 1 },
      users: { table: 'users' },
      auth,
    } as never)
  expect(() => config({ stepUp: { vault: 10 } })).toThrow('expected a path that starts with "/"')
  expect(() => config({ stepUp: { '/vault': 0 } })).toThrow('auth.stepUp')
  expect(() => patternsOf(config({ stepUp: { '/a/*': 5 } }), 'auth.stepUp')).toThrow(
    'auth.stepUp: "/a/*" is not',
  )
  const own = {
    by: 'app',
    user: () => null,
    login: { post: '/login' },
    lookups: { users: ['email'] },
    stepUp: { '/vault': 10 },
  }
  expect(() => config(own)).toThrow("auth.stepUp: auth.by is 'app', and this needs the login of usertwo")
})
