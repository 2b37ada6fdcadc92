import request from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { enrolled, phoneCode } from '../../../../test/support/totp.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }

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
])('the second step gives the login: %s', (_name, style, cookies) => {
  let one: AuthApp
  let secret: string
  const post = (path: string, body: object) => request(one.app).post(`/api/auth${path}`).send(body)
  const namesOf = ({ headers }: request.Response) =>
    ((headers['set-cookie'] ?? []) as unknown as string[]).map((line) => line.split('=', 1)[0])

  beforeAll(async () => {
    one = await authApp({ env: { ...(style as Record<string, string>), AUTH_ENABLE_TOTP: 'true' }, dial: 5 })
    await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
    const { access_token } = (await post('/login', OWNER).expect(200)).body
    ;({ secret } = await enrolled(one, access_token))
  }, 60_000)
  afterAll(() => one?.dispose())

  async function half(more: object = {}) {
    one.clock.move(60)
    const answer = await post('/login', { ...OWNER, ...more }).expect(200)
    expect(namesOf(answer)).toEqual([])
    expect(Object.keys(answer.body)).toEqual(['mfa_token', 'expires_in', 'factors'])
    return answer.body.mfa_token as string
  }

  test('as a login without a second factor would', async () => {
    const answer = await post('/totp/verify', {
      mfa_token: await half(),
      code: phoneCode(one, secret),
    }).expect(200)
    expect(namesOf(answer)).toEqual(cookies)
    expect('refresh_token' in answer.body).toBe(style.TOKEN_STYLE === 'refresh' && !style.AUTH_COOKIE_REFRESH)
    const headers = { Authorization: `Bearer ${answer.body.access_token}` }
    expect((await request(one.app).get('/api/auth/me').set(headers).expect(200)).body.id).toBe(1)
    if (answer.body.refresh_token)
      await post('/refresh', { refresh_token: answer.body.refresh_token }).expect(200)
  })

  test('the choice of a shared computer in the first step holds', async () => {
    const mfa_token = await half({ shared_computer: true })
    const answer = await post('/totp/verify', { mfa_token, code: phoneCode(one, secret) }).expect(200)
    expect(namesOf(answer)).not.toContain('usertwo-device')
    const [row] = await one.db('usertwo.user_sessions').orderBy('issued_at', 'desc').limit(1)
    expect(row.on_shared_computer).toBe(true)
  })

  test('the configuration says that it is on', async () => {
    expect((await request(one.app).get('/api/auth/config').expect(200)).body.totp).toBe(true)
  })
})

test('off, there is nothing of it: calls and pages are the app’s, and the account page is silent', async () => {
  const one = await authApp({ dial: 5 })
  const agent = request.agent(one.app)
  await agent
    .post('/api/auth/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
  const { body } = await agent.post('/api/auth/login').send(OWNER).expect(200)
  const headers = { Authorization: `Bearer ${body.access_token}` }
  for (const path of ['enrol', 'confirm', 'verify', 'recovery-codes', 'remove']) {
    const answer = await request(one.app).post(`/api/auth/totp/${path}`).set(headers).send({}).expect(200)
    expect(answer.body).toEqual({ app: `/api/auth/totp/${path}`, user: 1 })
  }
  const asked = { Accept: 'text/html', Origin: 'http://127.0.0.1' }
  for (const path of ['/auth/factor', '/auth/factor/enrol', '/auth/login/code'])
    expect((await request(one.app).get(path).set(headers)).body.app).toBe(path)
  expect(
    (
      await request(one.app)
        .get('/auth/account')
        .set({ ...headers, ...asked })
    ).text,
  ).not.toMatch(/factor/i)
  expect((await agent.get('/api/auth/config')).body.totp).toBe(false)
  await one.dispose()
})
