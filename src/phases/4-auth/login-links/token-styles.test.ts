import request from 'supertest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AuthApp, type AuthAppOptions, authApp, CODE } from '../../../../test/support/auth-app.js'
import {
  linkApp,
  linkBrowser,
  linkFor,
  mailedTokens,
  LINK_OWNER as OWNER,
} from '../../../../test/support/login-links.js'
import { type MailServer, mailServer } from '../../../../test/support/mail-server.js'
import { enrolled, phoneCode, wrongCode } from '../../../../test/support/totp.js'

const STYLES: [string, Record<string, string>, string[], string[]][] = [
  [
    'one bearer token',
    {},
    ['usertwo', 'csrftoken', 'usertwo-device'],
    ['usertwo', 'csrftoken', 'usertwo-device'],
  ],
  [
    'a refresh token in the answer',
    { TOKEN_STYLE: 'refresh' },
    ['usertwo-device'],
    ['usertwo', 'csrftoken', 'usertwo-device'],
  ],
  [
    'a refresh token in a cookie',
    { TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: 'true' },
    ['usertwo', 'csrftoken', 'refresh_token', 'usertwo-device'],
    ['usertwo', 'csrftoken', 'refresh_token', 'usertwo-device'],
  ],
]
const namesOf = ({ headers }: request.Response) =>
  ((headers['set-cookie'] ?? []) as unknown as string[]).map((line) => line.split('=', 1)[0])

describe.each(STYLES)('a link gives the login: %s', (_name, style, byApi, onPage) => {
  let mail: MailServer
  let one: AuthApp
  beforeAll(async () => {
    mail = await mailServer()
    one = await linkApp(mail, { env: { ...style, AUTH_ENABLE_TOTP: 'true' } })
  }, 60_000)
  afterAll(async () => {
    await one?.dispose()
    await mail?.stop()
  })
  beforeEach(() => one.db('usertwo.outbox').delete())

  const meOf = async (answer: request.Response) => {
    const headers = { Authorization: `Bearer ${answer.body.access_token}` }
    return (await request(one.app).get('/api/auth/me').set(headers).expect(200)).body.id
  }

  test('by the API, as a login with the password does', async () => {
    const browser = linkBrowser(one)
    const answer = await browser.use(await linkFor(one, mail, browser, OWNER.email)).expect(200)
    expect(namesOf(answer)).toEqual(byApi)
    expect(namesOf(await linkBrowser(one).login(OWNER).expect(200))).toEqual(byApi)
    expect(await meOf(answer)).toBe(1)
    const { refresh_token } = answer.body
    expect(refresh_token !== undefined).toBe(style.TOKEN_STYLE === 'refresh' && !style.AUTH_COOKIE_REFRESH)
    if (refresh_token) await request(one.app).post('/api/auth/refresh').send({ refresh_token }).expect(200)
  })

  test('on the page, which needs no script', async () => {
    const browser = linkBrowser(one)
    await browser.form('/auth/login/link', { email: OWNER.email, next: '/page' }).expect(200)
    const [token] = await mailedTokens(one, mail)
    await browser.page(`/auth/login/link?token=${token}`).expect(200)
    const done = await browser.form('/auth/login/link/confirm', { token }).expect(303)
    expect([done.headers.location, namesOf(done)]).toEqual(['/page', onPage])
    expect((await browser.page('/page')).body).toEqual({ app: '/page', user: 1 })
    const over = await browser.form('/auth/login/link/confirm', { token }).expect(400)
    expect(over.text).toContain('<form method="post" action="/auth/login/link">')
  })

  test('on a shared computer until the browser is closed', async () => {
    const browser = linkBrowser(one)
    const token = await linkFor(one, mail, browser, OWNER.email)
    const done = await browser.form('/auth/login/link/confirm', { token, shared_computer: 'on' }).expect(303)
    expect(namesOf(done)).not.toContain('usertwo-device')
    const [row] = await one.db('usertwo.user_sessions').orderBy('issued_at', 'desc').limit(1)
    expect(row.on_shared_computer).toBe(true)
  })

  test('case 80: a user with a second factor has to give a code, by the API and on the page', async () => {
    const { body: login } = await linkBrowser(one).login(OWNER).expect(200)
    const { secret } = await enrolled(one, login.access_token)
    const sessions = async () => (await one.db('usertwo.user_sessions').whereNull('revoked_at')).length
    const before = await sessions()

    one.clock.move(61)
    const browser = linkBrowser(one)
    const half = await browser.use(await linkFor(one, mail, browser, OWNER.email)).expect(200)
    expect([Object.keys(half.body), namesOf(half)]).toEqual([['mfa_token', 'expires_in', 'factors'], []])
    const { mfa_token } = half.body
    const verify = (code: string) => browser.post('/api/auth/totp/verify', { mfa_token, code })
    await verify(wrongCode(one, secret)).expect(401)
    expect(await sessions()).toBe(before)
    const whole = await verify(phoneCode(one, secret)).expect(200)
    expect([await meOf(whole), namesOf(whole)]).toEqual([1, byApi])
    const headers = { Authorization: `Bearer ${whole.body.access_token}` }
    const others = await request(one.app).delete('/api/auth/sessions').set(headers).expect(403)
    expect(others.body.code).toBe('reauth_required')

    one.clock.move(5 * 3_600)
    const page = linkBrowser(one)
    await page.form('/auth/login/link', { email: OWNER.email, next: '/page' }).expect(200)
    const [token] = await mailedTokens(one, mail)
    const step = await page.form('/auth/login/link/confirm', { token }).expect(200)
    expect([namesOf(step), step.text]).toEqual([[], expect.stringContaining('Enter your code')])
    const [, mfa] = /name="mfa_token" value="([^"]+)"/.exec(step.text)!
    const [, next] = /name="next" value="([^"]+)"/.exec(step.text)!
    const done = await page
      .form('/auth/login/code', { mfa_token: mfa, next, code: phoneCode(one, secret) })
      .expect(303)
    expect(done.headers.location).toBe('/page')
    await one.db('usertwo.totp').delete()
  })

  test('the configuration and the login page say that it is on', async () => {
    expect((await request(one.app).get('/api/auth/config').expect(200)).body.magic_link).toBe(true)
    const { text } = await request(one.app).get('/auth/login?next=/page').expect(200)
    expect(text).toContain('<a href="/auth/login/link?next=%2Fpage">Log in by e-mail link</a>')
    const form = await request(one.app).get('/auth/login/link?next=/page').expect(200)
    expect(form.text).toContain('name="next" value="/page"')
  })
})

describe('where it is off, or has no mail, or no addresses', () => {
  let mail: MailServer
  let one: AuthApp
  beforeEach(async () => {
    mail = await mailServer()
  })
  afterEach(async () => {
    await one?.dispose()
    await mail?.stop()
  })
  const start = async ({ env, ...options }: AuthAppOptions) => {
    const mailed = { SMTP_URL: mail.url, MAIL_FROM: 'a@example.com', PUBLIC_URL: 'https://app.example.com' }
    one = await authApp({ dial: 5, ...options, env: { ...mailed, ...env } })
  }
  const statuses = async () => {
    const found: Record<string, unknown> = {}
    for (const path of [
      '/api/auth/login/link',
      '/api/auth/login/link/confirm',
      '/auth/login/link',
      '/auth/login/link/confirm',
    ]) {
      const answer = await request(one.app).post(path).send({ email: OWNER.email })
      found[path] = answer.status === 200 ? answer.body.app : answer.status
    }
    return Object.values(found)
  }
  const APPS = [
    '/api/auth/login/link',
    '/api/auth/login/link/confirm',
    '/auth/login/link',
    '/auth/login/link/confirm',
  ]
  const says = async () => (await request(one.app).get('/api/auth/config')).body.magic_link

  test('off, there is nothing of it: calls and pages are the app’s, and the login page is silent', async () => {
    await start({})
    expect([await statuses(), await says()]).toEqual([APPS, false])
    expect((await request(one.app).get('/auth/login')).text).not.toMatch(/login\/link|e-mail link/)
    expect((await request(one.app).get('/auth/login/link?token=x')).body.app).toBe('/auth/login/link?token=x')
    // The app's own route at such a path is protected like all others of it.
    const agent = request.agent(one.app)
    await agent
      .post('/api/auth/register')
      .send({ ...OWNER, claim_code: CODE })
      .expect(202)
    await agent.post('/api/auth/login').send(OWNER).expect(200)
    const own = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }
    await agent.post('/api/auth/login/link/confirm').set(own).send({}).expect(403)
  })

  test('at 4, where no page opens a link, it waits', async () => {
    await start({ dial: 4, env: { AUTH_ENABLE_MAGIC_LINK: 'true' } })
    expect([(await statuses()).slice(0, 2), await says()]).toEqual([APPS.slice(0, 2), false])
  })

  test('users who log in by a user name have none', async () => {
    const config = { users: { table: 'users', login: 'username' as const } }
    await start({ config, env: { AUTH_ENABLE_MAGIC_LINK: 'true', AUTH_REQUIRE_EMAIL_VERIFY: 'false' } })
    expect([await statuses(), await says()]).toEqual([[404, 404, 404, 404], false])
    expect((await request(one.app).get('/auth/login')).text).not.toContain('login/link')
    await one.dispose()
    await start({ config })
    expect(await statuses()).toEqual(APPS)
  })
})
