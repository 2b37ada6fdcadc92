import jwt from 'jsonwebtoken'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../../test/support/auth-app.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const STYLE = { TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: 'true' }
const OWN = { 'Sec-Fetch-Site': 'same-origin' }
const MONTH = 30 * 86_400

let one: AuthApp
beforeAll(async () => {
  one = await authApp({ env: STYLE, dial: 6, config: { auth: { badge: true } } })
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
}, 60_000)
afterAll(() => one?.dispose())

/** The cookies of a browser, by name. */
type Jar = Record<string, string>
const cookiesOf = ({ headers }: request.Response): string[] => [headers['set-cookie'] ?? []].flat()
const jarOf = (answer: request.Response): Jar =>
  Object.fromEntries(cookiesOf(answer).map((one) => one.split(';', 1)[0]!.split(/=(.*)/s)))
const sent = (jar: Jar, names = Object.keys(jar)) => names.map((name) => `${name}=${jar[name]}`).join('; ')
const page = ({ usertwo }: Jar) => `usertwo=${usertwo}`
const asked = (path: string, { app } = one) =>
  request(app).get(path).set({ Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate' })
const refresh = (cookie: string, { app } = one) =>
  request(app).post('/api/auth/refresh').set(OWN).set('Cookie', cookie)
async function logIn(more: object = {}, { app } = one) {
  const answer = await request(app)
    .post('/api/auth/login')
    .send({ ...OWNER, ...more })
    .expect(200)
  return { answer, jar: jarOf(answer), token: answer.body.access_token as string }
}
const rowOf = (token: string) =>
  one
    .db('usertwo.user_sessions')
    .where({ id: (jwt.decode(token) as { sid: string }).sid })
    .first()
const CLEARED = /^[\w-]+=; /

test('a login is three cookies and a short access token; each is cleared as it was set', async () => {
  const { answer, jar, token } = await logIn()
  expect(Object.keys(answer.body)).toEqual(['access_token', 'token_type', 'expires_in'])
  expect(answer.body.expires_in).toBe(900)
  const life = `Max-Age=(?:${MONTH}|${MONTH - 1}); `
  const [login, csrf, refreshed] = cookiesOf(answer)
  const attributes = '; Expires=[^;]+; HttpOnly; SameSite=Lax$'
  expect(login).toMatch(new RegExp(`^usertwo=[^;]+; ${life}Path=/${attributes}`))
  expect(csrf).toMatch(new RegExp(`^csrftoken=[^;]+; ${life}Path=/; Expires=[^;]+; SameSite=Lax$`))
  expect(refreshed).toMatch(new RegExp(`^refresh_token=[^;]+; ${life}Path=/api/auth${attributes}`))
  expect(jar.usertwo).toBe(token)

  const out = () => request(one.app).post('/api/auth/logout').set('Cookie', sent(jar))
  expect((await out().expect(403)).body.code).toBe('csrf_failed')
  const over = await out().set('X-CSRF-Token', jar.csrftoken!).expect(204)
  const PAST = 'Expires=Thu, 01 Jan 1970 00:00:00 GMT'
  expect(cookiesOf(over)).toEqual([
    `usertwo=; Path=/; ${PAST}; HttpOnly; SameSite=Lax`,
    `csrftoken=; Path=/; ${PAST}; SameSite=Lax`,
    `refresh_token=; Path=/api/auth; ${PAST}; HttpOnly; SameSite=Lax`,
  ])
  await refresh(sent(jar)).expect(401)
  await out().expect(204)

  const secure = await authApp({
    url: one.url,
    env: { ...STYLE, COOKIE_SECURE_DEFAULT: 'true', REFRESH_COOKIE_NAME: 'r' },
  })
  const shared = cookiesOf((await logIn({ shared_computer: true }, secure)).answer)
  expect(shared.map((one) => one.replace(/=[^;]+/, ''))).toEqual([
    '__Host-usertwo; Path=/; HttpOnly; Secure; SameSite=Lax',
    'csrftoken; Path=/; Secure; SameSite=Lax',
    'r; Path=/api/auth; HttpOnly; Secure; SameSite=Lax',
  ])
  await secure.dispose()
})

test('a refresh reads only the cookie, only from a page of the app, and needs no header', async () => {
  const { jar } = await logIn()
  const cookie = sent(jar)
  for (const headers of [
    {},
    { Origin: 'null' },
    { Origin: 'https://evil.example' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'https://app.example.com', 'Sec-Fetch-Site': 'cross-site' },
  ])
    await request(one.app).post('/api/auth/refresh').set(headers).set('Cookie', cookie).expect(403)
  expect((await rowOf(jar.usertwo!)).rotated_at).toBeNull()

  const inBody = request(one.app).post('/api/auth/refresh').set(OWN)
  const refused = await inBody.send({ refresh_token: jar.refresh_token }).expect(401)
  expect(refused.body.code).toBe('authentication_required')
  expect(cookiesOf(refused).every((one) => CLEARED.test(one))).toBe(true)

  const answer = await refresh(cookie).expect(200)
  expect(Object.keys(answer.body)).toEqual(['access_token', 'token_type', 'expires_in'])
  const next = jarOf(answer)
  expect(Object.keys(next)).toEqual(['usertwo', 'csrftoken', 'refresh_token'])
  expect(next.usertwo).toBe(answer.body.access_token)
  expect(next.csrftoken).toBe(jar.csrftoken)
  expect(next.refresh_token).not.toBe(jar.refresh_token)
  // After a lost answer, or from another tab at the same time: the same successor.
  expect(jarOf(await refresh(cookie).expect(200)).refresh_token).toBe(next.refresh_token)
  await refresh(`${sent(next)}; refresh_token=${jar.refresh_token}`).expect(401)
  await request(one.app)
    .post('/api/auth/refresh')
    .set({ Origin: 'https://app.example.com' })
    .set('Cookie', sent(next))
    .expect(200)
})

test('a user with an expired access token is logged out with the CSRF token, and with nothing less', async () => {
  const { jar, token } = await logIn()
  one.clock.move(901)
  const out = (cookie: string) => request(one.app).post('/api/auth/logout').set(OWN).set('Cookie', cookie)
  expect((await out(sent(jar)).expect(403)).body.code).toBe('csrf_failed')
  await out(sent(jar, ['refresh_token'])).expect(403)
  expect((await rowOf(token)).revoked_at).toBeNull()
  await out(sent(jar)).set('X-CSRF-Token', jar.csrftoken!).expect(204)
  expect((await rowOf(token)).revoked_at).not.toBeNull()
  await out(sent(jar)).expect(204)

  // A usertwo page gets no refresh cookie: the expired cookie says whose login it was.
  const other = await logIn()
  one.clock.move(901)
  await request(one.app).post('/auth/logout').set(OWN).set('Cookie', page(other.jar)).expect(303)
  expect((await rowOf(other.token)).revoked_at).not.toBeNull()
})

test('a page continues by itself past the access token’s end, and the app never sees a refresh token', async () => {
  const { jar, token } = await logIn()
  await asked('/things?a=1').set('Cookie', page(jar)).expect(200)
  one.clock.move(901)
  const sentOn = await asked('/things?a=1').set('Cookie', page(jar)).expect(302)
  expect(sentOn.headers.location).toBe('/api/auth/continue?next=%2Fthings%3Fa%3D1')
  expect(cookiesOf(sentOn)).toEqual([])
  const went = await asked(sentOn.headers.location!).set('Cookie', sent(jar)).expect(302)
  expect(went.headers).toMatchObject({ location: '/things?a=1', 'cache-control': 'no-store' })
  const next = jarOf(went)
  await asked('/things?a=1').set('Cookie', page(next)).expect(200)
  expect((await rowOf(token)).refresh_id).toBe((jwt.decode(next.refresh_token!) as { rid: string }).rid)
  // For a logged-in user it rotates nothing and redirects only within the app, whoever made the link.
  for (const next_ of ['//evil.example', 'https://evil.example', '/\\evil', '/auth/login']) {
    const answer = await asked(`/api/auth/continue?next=${encodeURIComponent(next_)}`).set(
      'Cookie',
      sent(next),
    )
    expect([answer.status, answer.headers.location]).toEqual([302, '/'])
    expect(cookiesOf(answer)).toEqual([])
  }
  // An anonymous visitor and a former user are sent to the login, with the path to return to.
  const anonymous = await asked('/api/auth/continue?next=/things').expect(302)
  expect(anonymous.headers.location).toBe('/auth/login?next=%2Fthings')
  const account = await asked('/auth/account').expect(303)
  expect(account.headers.location).toBe('/api/auth/continue?next=%2Fauth%2Faccount')
  // An API call gets 401 and keeps its cookies; its client continues.
  const called = await request(one.app).get('/things').set('Cookie', page(jar)).expect(401)
  expect(cookiesOf(called)).toEqual([])

  one.seen.length = 0
  await request(one.app)
    .get('/api/auth/of-the-app')
    .set('Cookie', `${sent(next)}; refresh_token=theirs; a=b`)
    .expect(200)
  expect(one.seen[0]!.headers.cookie).toBe(`csrftoken=${next.csrftoken}; refresh_token=theirs; a=b`)
})

test('a form sent past the access token’s end is saved for its user', async () => {
  const { jar } = await logIn()
  one.clock.move(901)
  const kept = await request(one.app)
    .post('/things')
    .set({ ...OWN, Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate' })
    .set('Cookie', page(jar))
    .type('form')
    .send({ title: 'a thing' })
    .expect(401)
  expect(kept.text).toContain('name="kept"')
})

test('giving the password again makes the next of both tokens, and so does changing it', async () => {
  const { jar } = await logIn()
  const post = (path: string, from: Jar, body: object) =>
    request(one.app)
      .post(`/api/auth${path}`)
      .set('Cookie', sent(from))
      .set('X-CSRF-Token', from.csrftoken!)
      .send(body)
  const again = await post('/reauth', jar, { password: OWNER.password }).expect(200)
  const next = jarOf(again)
  expect(again.body.access_token).toBe(next.usertwo)
  expect(next.refresh_token).not.toBe(jar.refresh_token)
  const me = (token: string) => request(one.app).get('/api/auth/me').set('Authorization', `Bearer ${token}`)
  await me(jar.usertwo!).expect(401)
  await me(next.usertwo!).expect(200)
  // Another tab refreshes with the previous one and gets the same successor.
  expect(jarOf(await refresh(sent(jar, ['refresh_token'])).expect(200)).refresh_token).toBe(
    next.refresh_token,
  )

  const elsewhere = await logIn()
  const changed = await post('/password/change', next, {
    current_password: OWNER.password,
    password: OWNER.password,
  }).expect(204)
  const last = jarOf(changed)
  await refresh(sent(last, ['refresh_token'])).expect(200)
  await refresh(sent(elsewhere.jar, ['refresh_token'])).expect(401)
})

test('a new login in a browser ends its previous one, past its access token’s end too', async () => {
  const first = await logIn()
  one.clock.move(901)
  const second = await request(one.app)
    .post('/api/auth/login')
    .set(OWN)
    .set('Cookie', sent(first.jar))
    .send(OWNER)
    .expect(200)
  expect((await rowOf(first.token)).revoked_at).not.toBeNull()
  const third = await request(one.app)
    .post('/auth/login')
    .set(OWN)
    .set('Cookie', page(jarOf(second)))
    .type('form')
    .send({ ...OWNER, next: '/things' })
    .expect(303)
  expect(Object.keys(jarOf(third)).slice(0, 3)).toEqual(['usertwo', 'csrftoken', 'refresh_token'])
  expect((await rowOf(second.body.access_token)).revoked_at).not.toBeNull()
})

test('B9: when the flag flips, the other mode’s cookies are cleared where they are met, and no request acts as another user', async () => {
  const { jar } = await logIn()
  const body = await authApp({ url: one.url, env: { TOKEN_STYLE: 'refresh' }, dial: 6 })
  const bearer = await authApp({ url: one.url, dial: 6 })
  for (const app of [body, bearer]) {
    const met = await request(app.app)
      .get('/api/auth/config')
      .set('Cookie', `${sent(jar)}; theirs=1`)
      .expect(200)
    expect(cookiesOf(met)).toHaveLength(1)
    expect(cookiesOf(met)[0]).toMatch(/^refresh_token=; Path=\/api\/auth; Expires=Thu, 01 Jan 1970/)
    expect(met.headers['cache-control']).toBe('no-store')
    const theirs = await request(app.app).get('/api/auth/config').set('Cookie', 'refresh_token=theirs')
    expect(cookiesOf(theirs)).toEqual([])
  }
  // The client reads the mode from /config; one that did not gets no tokens in the wrong place.
  await request(body.app).post('/api/auth/refresh').set(OWN).set('Cookie', sent(jar)).expect(415)
  const modes = await Promise.all(
    [one, body, bearer].map(async ({ app }) => (await request(app).get('/api/auth/config')).body.refresh),
  )
  expect(modes).toEqual(['cookie', 'body', null])
  // A login of the other mode, whose cookie lasts as long as the login, is not accepted here: log in again.
  const long = await request(bearer.app).post('/api/auth/login').send(OWNER).expect(200)
  await request(one.app)
    .get('/things')
    .set('Cookie', page(jarOf(long)))
    .expect(401)
  const inBody = await request(body.app).post('/api/auth/login').send(OWNER).expect(200)
  await refresh(`refresh_token=${inBody.body.refresh_token}`).expect(200)
  for (const app of [body, bearer]) await app.dispose()
})
