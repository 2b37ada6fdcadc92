import request from 'supertest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const NEW = 'another long one'
const SAME = { 'Sec-Fetch-Site': 'same-origin' }
let one: AuthApp

beforeEach(async () => {
  one = await authApp({ dial: 5, open: true })
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
})
afterEach(() => one.dispose())

const linesOf = ({ headers }: { headers: Record<string, unknown> }) =>
  (headers['set-cookie'] as string[] | undefined) ?? []
const cookieOf = (answer: { headers: Record<string, unknown> }) =>
  linesOf(answer)
    .map((line) => line.split(';', 1)[0])
    .join('; ')
const form = (path: string, fields: object, cookie = '') =>
  request(one.app)
    .post(`/auth${path}`)
    .set({ ...SAME, Cookie: cookie })
    .type('form')
    .send(fields)
const login = async (more: object = {}) => form('/login', { ...OWNER, ...more }).expect(303)
const get = (path: string, cookie: string) => request(one.app).get(path).set('Cookie', cookie)
const isIn = async (cookie: string) => (await get('/api/auth/me', cookie)).status === 200

test.each(['/auth/account', '/auth/sessions'])(
  'redirects an anonymous visitor from %s to the login page and back',
  async (path) => {
    const there = await request(one.app).get(path).expect(303)
    expect(there.headers.location).toBe(`/auth/login?next=${encodeURIComponent(path)}`)
    const { text } = await request(one.app).get(there.headers.location!).expect(200)
    expect(text).toContain(`name="next" value="${path}"`)
    const back = await login({ next: path })
    expect(back.headers.location).toBe(path)
    expect((await get(path, cookieOf(back)).expect(200)).headers['cache-control']).toBe('no-store')
  },
)

test('redirects password managers from the well-known address to the account page', async () => {
  const { headers } = await request(one.app).get('/.well-known/change-password').expect(302)
  expect(headers.location).toBe('/auth/account')
})

test('shows the user’s own names and recent events, and no other user’s', async () => {
  const cookie = cookieOf(await login())
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...OWNER, email: '"<i>x</i>"@example.com', username: 'eve' })
  await request(one.app)
    .post('/api/auth/login')
    .send({ ...OWNER, password: 'not the right one' })
    .expect(401)
  await one.db('usertwo.audit').insert({ event: 'of_another', user_id: 99 })
  await one.db('usertwo.audit').insert({ event: 'shown_by_its_name', user_id: 1, ip_address: '<b>' })
  const { text } = await get('/auth/account', cookie).expect(200)
  for (const shown of [
    'default_user',
    OWNER.email,
    'Claimed as the owner',
    'Wrong password at the login',
    'shown by its name',
    '&lt;b&gt;',
  ])
    expect(text).toContain(shown)
  expect(text).not.toMatch(/of.another|eve/)
})

test('changes the password, stays logged in and says so', async () => {
  const other = cookieOf(await login())
  const before = cookieOf(await login())
  const fields = { current_password: OWNER.password, password: NEW }
  const done = await form('/account/password', fields, before).expect(303)
  const after = cookieOf(done)
  const { text } = await get(done.headers.location!, after).expect(200)
  expect(text).toContain('The password is changed.')
  expect((await get('/auth/account?done=constructor', after)).text).not.toContain('native code')
  expect(await Promise.all([other, before, after].map(isIn))).toEqual([false, false, true])
  await login({ password: NEW })
})

test('shows the error at the field, in the summary, and in the title', async () => {
  const cookie = cookieOf(await login())
  const change = (current_password: string, password: string) =>
    form('/account/password', { current_password, password }, cookie)
  const wrong = await change('not the right one', NEW).expect(401)
  expect(wrong.text).toContain('<title>Error: Your account')
  expect(wrong.text).toMatch(/role="alert" id="alert" tabindex="-1" autofocus/)
  expect(wrong.text).toContain('<a href="#current_password">This is not your password.</a>')
  expect(wrong.text).toMatch(
    /id="current_password"[^>]* aria-describedby="current_password-error" aria-invalid="true"/,
  )
  expect(wrong.text).not.toMatch(/id="password"[^>]*aria-invalid/)
  const short = await change(OWNER.password, 'short').expect(400)
  expect(short.text).toMatch(
    /id="password"[^>]* aria-describedby="password-error password-hint" aria-invalid="true"/,
  )
  expect(short.text).not.toContain(OWNER.password)
  await request(one.app)
    .post('/auth/account/password')
    .set('Cookie', cookie)
    .type('form')
    .send({})
    .expect(403)
})

test('lists the logins with this one marked, ends another, and all others', async () => {
  const [mine, second, third] = [cookieOf(await login()), cookieOf(await login()), cookieOf(await login())]
  const { text } = await get('/auth/sessions', mine).expect(200)
  const ids = [...text.matchAll(/name="id" value="([^"]+)"/g)].map(([, id]) => id!)
  expect(ids).toHaveLength(2)
  expect(text.match(/this one/g)).toHaveLength(1)
  // The newest first.
  const ended = await form('/sessions/end', { id: ids[0] }, mine).expect(303)
  expect(await Promise.all([mine, second, third].map(isIn))).toEqual([true, true, false])
  expect((await get(ended.headers.location!, mine)).text).toContain('That login has ended.')
  await form('/sessions/end', { id: 'nonsense' }, mine).expect(303)
  await form('/sessions/end-others', {}, mine).expect(303)
  expect(await Promise.all([mine, second].map(isIn))).toEqual([true, false])
})

test('case 63: asks for the password if it was given a while ago, then does what was requested', async () => {
  const [mine, other] = [cookieOf(await login()), cookieOf(await login())]
  const [, id] = /name="id" value="([^"]+)"/.exec((await get('/auth/sessions', mine)).text)!
  one.clock.move(16 * 60)
  const asked = await form('/sessions/end', { id }, mine).expect(403)
  expect(asked.text).toContain('<title>Your password, please')
  expect(asked.text).toContain(`<input type="hidden" name="id" value="${id}">`)
  expect(asked.text).toContain('action="/auth/sessions/end"')
  const wrong = await form('/sessions/end', { id, password: 'not the right one' }, mine).expect(401)
  expect(wrong.text).toContain('<title>Error: Your password, please')
  expect(wrong.text).toContain(`value="${id}"`)
  expect(await isIn(other)).toBe(true)
  const done = await form('/sessions/end', { id, password: OWNER.password }, mine).expect(303)
  expect(await Promise.all([mine, other, cookieOf(done)].map(isIn))).toEqual([false, false, true])
})

test('a login on a shared computer has cookies that are deleted with the browser, ends after 8 hours, and leaves no known device', async () => {
  const shared = await login({ shared_computer: 'on' })
  expect(linesOf(shared).map((line) => line.split('=', 1)[0])).toEqual(['usertwo', 'csrftoken'])
  expect(linesOf(shared).join()).not.toMatch(/Max-Age|Expires/i)
  const usual = cookieOf(await login())
  // After the password is given again it is still a login on a shared computer.
  const token = /csrftoken=([^;]+)/.exec(cookieOf(shared))![1]!
  const renewed = await request(one.app)
    .post('/api/auth/reauth')
    .set({ Cookie: cookieOf(shared), 'X-CSRF-Token': token })
    .send(OWNER)
    .expect(200)
  expect(linesOf(renewed).join()).not.toMatch(/Max-Age|Expires|device/i)
  expect(renewed.body.expires_in).toBeLessThanOrEqual(8 * 3600)
  one.clock.move(8 * 3600 - 60)
  expect(await isIn(cookieOf(renewed))).toBe(true)
  one.clock.move(61)
  expect(await Promise.all([cookieOf(renewed), usual].map(isIn))).toEqual([false, true])
})
