import request from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type SoftwarePasskey,
  usePasskey,
} from '../../../../proof/checks/4-auth/passkeys/software-passkey.js'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { LOCALHOST, passkeyClient } from '../../../../test/support/passkeys.js'
import { enrolled } from '../../../../test/support/totp.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const PAGE = { Origin: 'http://127.0.0.1', 'sec-fetch-site': 'same-origin' }

interface Style {
  TOKEN_STYLE?: string
  AUTH_COOKIE_REFRESH?: string
}

describe.each<[string, Style, string[]]>([
  ['one bearer token', {}, ['usertwo', 'csrftoken', 'usertwo-device']],
  ['a refresh token in the answer', { TOKEN_STYLE: 'refresh' }, ['usertwo-device']],
  [
    'a refresh token in a cookie',
    { TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: 'true' },
    ['usertwo', 'csrftoken', 'refresh_token', 'usertwo-device'],
  ],
])('a passkey gives the login, and no code is due: %s', (_name, style, cookies) => {
  let one: AuthApp
  let passkey: SoftwarePasskey
  const client = () => passkeyClient(one, '203.0.113.1')
  const namesOf = ({ headers }: request.Response) =>
    ((headers['set-cookie'] ?? []) as unknown as string[]).map((line) => line.split('=', 1)[0])

  beforeAll(async () => {
    const env = {
      ...(style as Record<string, string>),
      AUTH_ENABLE_TOTP: 'true',
      AUTH_ENABLE_PASSKEYS: 'true',
    }
    one = await authApp({ env, dial: 5 })
    await client()
      .post('/register', { ...OWNER, claim_code: CODE })
      .expect(202)
    const { access_token } = (await client().post('/login', OWNER).expect(200)).body
    ;({ passkey } = await client().register(access_token))
    await enrolled(one, access_token)
    expect((await client().post('/login', OWNER).expect(200)).body.mfa_token).toBeTruthy()
  }, 60_000)
  afterAll(() => one?.dispose())

  test('to a program, as a login with a password would', async () => {
    const answer = await client().logIn(passkey)
    expect(answer.status).toBe(200)
    expect(namesOf(answer)).toEqual(cookies)
    expect('refresh_token' in answer.body).toBe(style.TOKEN_STYLE === 'refresh' && !style.AUTH_COOKIE_REFRESH)
    const headers = { Authorization: `Bearer ${answer.body.access_token}` }
    expect((await request(one.app).get('/api/auth/me').set(headers).expect(200)).body.id).toBe(1)
    if (answer.body.refresh_token)
      await client().post('/refresh', { refresh_token: answer.body.refresh_token }).expect(200)
  })

  test('to a form of the login page, which goes on to where the user wanted', async () => {
    const page = await request(one.app).get('/auth/login?next=/auth/passkeys').expect(200)
    const [, options] = /data-passkey="([^"]*)"/.exec(page.text)!
    const asked = JSON.parse(options!.replaceAll('&quot;', '"'))
    const cookie = (page.headers['set-cookie'] as unknown as string[])[0]!.split(';', 1)[0]!
    const credential = JSON.stringify(usePasskey(passkey, asked, LOCALHOST))
    const sent = { credential, next: '/auth/passkeys', shared_computer: 'on' }
    const send = () =>
      request(one.app)
        .post('/auth/login/passkey')
        .set({ ...PAGE, cookie })
        .type('form')
        .send(sent)
    const answer = await send().expect(303)
    expect(answer.headers.location).toBe('/auth/passkeys')
    expect(namesOf(answer)).toEqual(expect.arrayContaining(['usertwo', 'csrftoken']))
    expect(namesOf(answer)).not.toContain('usertwo-device')
    const [row] = await one.db('usertwo.user_sessions').orderBy('issued_at', 'desc').limit(1)
    expect(row.on_shared_computer).toBe(true)
    const again = await send().expect(401)
    expect(again.text).toContain('This passkey was not accepted')
    // It offers the next attempt.
    expect(again.text).toMatch(/data-passkey="[^"]+"/)
    await one.db('usertwo.login_throttle').delete()
  })

  test('and the configuration says that it is on', async () => {
    expect((await request(one.app).get('/api/auth/config').expect(200)).body.passkeys).toBe(true)
  })
})

test('off, there is nothing of it: calls and pages are the app’s, and the other pages are silent', async () => {
  const one = await authApp({ dial: 5 })
  const agent = request.agent(one.app)
  await agent
    .post('/api/auth/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
  const { body } = await agent.post('/api/auth/login').send(OWNER).expect(200)
  const headers = { Authorization: `Bearer ${body.access_token}` }
  for (const path of ['register/options', 'register/verify', 'authenticate/options', 'authenticate/verify']) {
    const answer = await request(one.app).post(`/api/auth/webauthn/${path}`).set(headers).send({}).expect(200)
    expect(answer.body).toEqual({ app: `/api/auth/webauthn/${path}`, user: 1 })
  }
  const asked = { Accept: 'text/html', Origin: 'http://127.0.0.1' }
  for (const path of [
    '/auth/passkeys',
    '/auth/passkeys.js',
    '/auth/login/passkey',
    '/api/auth/webauthn/credentials',
  ])
    expect((await request(one.app).get(path).set(headers)).body.app).toBe(path)
  for (const path of ['/auth/account', '/auth/login']) {
    const isLogin = path === '/auth/login'
    const page = await request(one.app)
      .get(path)
      .set(isLogin ? asked : { ...headers, ...asked })
    expect(page.text).toContain('<h1>')
    expect(page.text).not.toMatch(/passkey|webauthn/i)
    expect(page.headers['set-cookie']).toBeUndefined()
  }
  expect((await agent.get('/api/auth/config')).body.passkeys).toBe(false)
  await one.dispose()
})
