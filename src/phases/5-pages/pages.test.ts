import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, type AuthAppOptions, authApp, CODE } from '../../../test/support/auth-app.js'
import { nextPath } from '../4-auth/next-path.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const running: AuthApp[] = []

async function start(options: AuthAppOptions = {}): Promise<AuthApp> {
  const one = await authApp({
    dial: 5,
    config: { spa: { routes: ['/queue', '/sessions/:id'] }, name: 'The <Pile>' },
    ...options,
  })
  running.push(one)
  return one
}

afterEach(async () => {
  for (const one of running.splice(0)) await one.dispose()
})

const html = { Accept: 'text/html,application/xhtml+xml' }
const cookieOf = (headers: Record<string, unknown>) =>
  ((headers['set-cookie'] as string[]) ?? []).map((line) => line.split(';', 1)[0]).join('; ')

async function signedIn(one: AuthApp, more: object = {}): Promise<string> {
  const answer = await request(one.app)
    .post('/auth/register')
    .type('form')
    .send({ ...OWNER, claim_code: CODE, ...more })
    .expect(303)
  return cookieOf(answer.headers)
}

test('shows forms with labels, and a policy that allows nothing inline or foreign', async () => {
  const one = await start()
  for (const path of ['/auth/login', '/auth/register', '/auth/logout']) {
    const { text, headers } = await request(one.app).get(path).expect(200)
    for (const [, id] of text.matchAll(/<input id="(\w+)"/g)) expect(text).toContain(`<label for="${id}">`)
    expect(text).not.toMatch(/<style|style=|<script(?! src)| on\w+=/)
    expect(text).toContain('The &lt;Pile&gt;')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['cache-control']).toBe('no-store')
  }
  await request(one.app).get('/auth/pages.css').expect(200).expect('Content-Type', /css/)
  await request(one.app)
    .get('/auth/pages.js')
    .expect(200)
    .expect('Content-Type', /javascript/)
})

test('password fields are masked, and say to password managers which password they want', async () => {
  const one = await start()
  for (const [path, which] of [
    ['/auth/login', 'current-password'],
    ['/auth/register', 'new-password'],
  ]) {
    const { text } = await request(one.app).get(path!).expect(200)
    const fields = [...text.matchAll(/<input [^>]*name="password"[^>]*>/g)].map(([field]) => field)
    expect(fields).toEqual([expect.stringMatching(`type="password" autocomplete="${which}"`)])
    expect(text).not.toMatch(/onpaste|autocomplete="off"/)
  }
  expect((await request(one.app).get('/auth/pages.js').expect(200)).text).not.toMatch(/paste/)
})

test('mistake 15: logs in automatically after the registration, with plain forms and no script', async () => {
  const one = await start()
  const cookie = await signedIn(one, { next: '/queue' })
  const me = await request(one.app).get('/api/auth/me').set('Cookie', cookie).expect(200)
  expect(me.body).toMatchObject({ id: 1, email: OWNER.email })
})

test('a browser with two login cookies comes to the login page without them, and can log in', async () => {
  const one = await start()
  await signedIn(one)
  const two = 'usertwo=planted; usertwo=mine'
  const there = await request(one.app).get('/queue').set(html).set('Cookie', two).expect(302)
  expect(there.headers.location).toBe('/auth/login?next=%2Fqueue')
  expect(cookieOf(there.headers)).toMatch(/^usertwo=; /)
  const shown = await request(one.app).get('/auth/login').set(html).set('Cookie', two).expect(200)
  expect(cookieOf(shown.headers)).toMatch(/^usertwo=; /)
  const again = await request(one.app)
    .post('/auth/login')
    .set('Cookie', two)
    .type('form')
    .send({ ...OWNER, next: '/queue' })
    .expect(303)
  expect(cookieOf(again.headers)).toMatch(/; usertwo=eyJ[^;]+; csrftoken=[^;]+; usertwo-device=[^;]+$/)
})

test('logs in, redirects to the requested page, and logs out again', async () => {
  const one = await start()
  await signedIn(one)
  const answer = await request(one.app)
    .post('/auth/login')
    .type('form')
    .send({ ...OWNER, next: '/sessions/4?tab=1' })
  expect(answer.status).toBe(303)
  expect(answer.headers.location).toBe('/sessions/4?tab=1')
  const cookie = cookieOf(answer.headers)
  await request(one.app)
    .get('/queue')
    .set({ ...html, Cookie: cookie })
    .expect(200)
  await request(one.app)
    .get('/auth/login?next=/queue')
    .set('Cookie', cookie)
    .expect(303)
    .expect('Location', '/queue')
  await request(one.app).post('/auth/logout').set('Cookie', cookie).expect(403)
  await request(one.app)
    .post('/auth/logout')
    .set({ Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' })
    .expect(303)
  await request(one.app)
    .get('/queue')
    .set({ ...html, Cookie: cookie })
    .expect(302)
})

test('case 30: logging in over a login ends the previous one, and a failed login does not', async () => {
  const one = await start()
  const before = await signedIn(one)
  const me = (cookie: string) => request(one.app).get('/api/auth/me').set('Cookie', cookie)
  const login = (password: string) =>
    request(one.app)
      .post('/auth/login')
      .set({ Cookie: before, 'Sec-Fetch-Site': 'same-origin' })
      .type('form')
      .send({ ...OWNER, password })
  await login('not the right one').expect(401)
  await me(before).expect(200)
  const { headers } = await login(OWNER.password).expect(303)
  await me(before).expect(401)
  await me(cookieOf(headers)).expect(200)
})

test.each([
  ['closed', false, /Registration is closed/],
  ['open', true, /<button type="submit">Register/],
])('the claim field is gone after the claim, where registration is %s', async (_what, open, words) => {
  const one = await start({ open })
  const register = () => request(one.app).get('/auth/register').expect(200)
  expect((await register()).text).toContain('name="claim_code"')
  await signedIn(one)
  const { text } = await register()
  expect(text).not.toContain('claim_code')
  expect(text).toMatch(words)
  const again = await request(one.app)
    .post('/auth/register')
    .type('form')
    .send({ ...OWNER, password: 'short' })
  expect(again.text).not.toContain('claim_code')
})

test('shows the error, keeps the e-mail address, escapes it, and never shows a password again', async () => {
  const one = await start()
  const email = '"><script>alert(1)</script>@example.com'
  const refused = await request(one.app)
    .post('/auth/login')
    .type('form')
    .send({ email, password: 'hunter2hunter2' })
  expect(refused.status).toBe(401)
  expect(refused.text).toContain('role="alert"')
  expect(refused.text).toContain('E-mail or password is wrong.')
  expect(refused.text).not.toContain('<script>alert')
  expect(refused.text).not.toContain('hunter2')
  const closed = await request(one.app)
    .post('/auth/register')
    .type('form')
    .send({ ...OWNER, claim_code: 'WRONG-CODE' })
  expect(closed.status).toBe(403)
  expect(closed.text).toContain('claim code')
  expect(closed.text).not.toContain('WRONG-CODE')
})

test('says how long a throttled visitor has to wait', async () => {
  const one = await start()
  const attempt = () =>
    request(one.app).post('/auth/login').type('form').send({ email: 'a@example.com', password: 'wrong' })
  for (let n = 0; n < 5; n++) await attempt().expect(401)
  const { text, headers } = await attempt().expect(429)
  expect(text).toMatch(/try again in \d+ seconds/)
  expect(text).toMatch(/data-wait="\d+"/)
  expect(headers['retry-after']).toMatch(/^\d+$/)
})

test('case 38: a form sent by another site is refused', async () => {
  const one = await start()
  await request(one.app)
    .post('/auth/login')
    .set('Origin', 'https://evil.example')
    .type('form')
    .send(OWNER)
    .expect(403)
})

test('redirects an anonymous page request to the login page and back', async () => {
  const one = await start()
  const answer = await request(one.app).get('/queue?a=1&b=//x').set(html).expect(302)
  expect(answer.headers.location).toBe('/auth/login?next=%2Fqueue%3Fa%3D1%26b%3D%2F%2Fx')
  const login = await request(one.app).get(answer.headers.location!).expect(200)
  expect(login.text).toContain('<input type="hidden" name="next" value="/queue?a=1&amp;b=//x">')
})

test.each(['/', '/queue', '/sessions/7'])('guards the page %s whatever is accepted', async (path) => {
  const one = await start()
  await request(one.app).get(path).expect(302)
  await request(one.app).head(path).expect(302)
})

test('an old cookie redirects a browser to the login page, and the login page opens with it', async () => {
  const one = await start()
  const old = { ...html, Cookie: 'usertwo=eyJ0eXAiOiJhdCtqd3QifQ.e30.x' }
  await request(one.app).get('/queue').set(old).expect(302)
  await request(one.app).get('/auth/login').set(old).expect(200)
  await request(one.app)
    .get('/health')
    .set({ ...html, ...old })
    .expect(200)
})

test.each(['/HEALTH', '/health/', '//health', '/%68ealth', '/x/../health', '/health;x', '/health%3f'])(
  'a path that only looks public is not: %s',
  async (path) => {
    const one = await start()
    await request(one.app).get('/health').set(html).expect(200)
    await new Promise<void>((done, fail) => {
      const server = one.app.listen(0, '127.0.0.1', async () => {
        const { ask } = await import('../../../proof/gate/app/http.js')
        const { port } = server.address() as { port: number }
        try {
          expect(
            (await ask(`http://127.0.0.1:${port}`, 'GET', path, { headers: { accept: 'text/html' } })).status,
          ).toBe(302)
          done()
        } catch (error) {
          fail(error)
        } finally {
          server.close()
        }
      })
    })
  },
)

test('leaves the API as open as it was', async () => {
  const one = await start()
  await request(one.app).get('/api/threads/').set('Accept', 'application/json, text/plain, */*').expect(200)
  await request(one.app).post('/api/roll/').expect(200)
  await request(one.app)
    .get('/api/threads/')
    .set({ ...html, 'Sec-Fetch-Mode': 'cors' })
    .expect(200)
})

test.each([
  ['/queue', '/queue'],
  ['/sessions/4?x=1', '/sessions/4?x=1'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/%09/evil.example', '/'],
  ['/%5cevil.example', '/'],
  ['/%2fevil.example', '/'],
  ['/a/..//evil.example', '/'],
  ['\t//evil.example', '/'],
  ['https:evil.example', '/'],
  ['https://evil.example/', '/'],
  ['javascript:alert(1)', '/'],
  ['/auth/login?next=/auth/login', '/'],
  ['/AUTH/login', '/'],
  ['/auth/privacy', '/auth/privacy'],
  ['/auth/admin/users', '/auth/admin/users'],
  ['/auth/admin/users/..', '/'],
  ['/auth/admin/users/../../logout', '/'],
  ['/auth', '/'],
  ['/%', '/'],
  ['', '/'],
  [['/queue', '/x'], '/'],
  [undefined, '/'],
])('case 39: after the login, next=%j leads to %s', (given, to) => {
  expect(nextPath(given, { root: '', home: '/', pages: '/auth' })).toBe(to)
})

test.each([
  ['/notes/queue?page=2', '/notes/queue?page=2'],
  ['/notes', '/notes'],
  ['/notes/auth/account', '/notes/auth/account'],
  ['/notes/auth/login', '/notes/'],
  ['/queue', '/notes/'],
  ['/notes2/queue', '/notes/'],
  ['/notes/../queue', '/notes/'],
  ['//evil.example/notes/', '/notes/'],
  [undefined, '/notes/'],
])('below a path of its host, next=%j leads to %s', (given, to) => {
  expect(nextPath(given, { root: '/notes', home: '/notes/', pages: '/notes/auth' })).toBe(to)
})
