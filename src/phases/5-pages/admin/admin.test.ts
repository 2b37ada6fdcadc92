import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, type AuthAppOptions, authApp, CODE } from '../../../../test/support/auth-app.js'
import { linksIn, mailServer } from '../../../../test/support/mail-server.js'
import { authMail } from '../../4-auth/links/auth-mail.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const ANN = { email: 'ann@example.com', password: 'another long one' }
const BOB = 'bob@example.com'
const SAME = { 'Sec-Fetch-Site': 'same-origin' }
const AT = 'https://app.example.com/auth'
let one: AuthApp

afterEach(() => one.dispose())

/** The owner has claimed; Ann has registered and is not an administrator. */
async function start(options: AuthAppOptions = {}) {
  one = await authApp({ dial: 5, open: true, ...options })
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
  if (options.open !== false) await post('/register', ANN).expect(202)
}
const post = (path: string, body: object, headers: object = {}) =>
  request(one.app)
    .post(`/api/auth${path}`)
    .set({ ...headers })
    .send(body)
const bearer = async (who: typeof OWNER) => {
  const { body } = await post('/login', who).expect(200)
  return { Authorization: `Bearer ${body.access_token}` }
}
const cookieOf = async (who: typeof OWNER) => {
  const { headers } = await request(one.app).post('/auth/login').set(SAME).type('form').send(who).expect(303)
  const lines = [headers['set-cookie']].flat().map((line) => String(line).split(';', 1)[0])
  return { Cookie: lines.join('; ') }
}
const form = (path: string, fields: object, cookie: object, from: object = SAME) =>
  request(one.app)
    .post(`/auth/admin${path}`)
    .set({ ...from, ...cookie })
    .type('form')
    .send(fields)
const rows = (event: string) =>
  one.db('usertwo.audit').where({ event }).select('user_id', 'actor_id', 'ip_address')

test('an administrator invites by the API, for that address and once, with a role', async () => {
  await start()
  const admin = await bearer(OWNER)
  const { body } = await post('/invites', { email: BOB, role: 'editor' }, admin).expect(201)
  expect(body).toEqual({
    email: BOB,
    code: body.code,
    link: `${AT}/register#invitation=${body.code}&email=bob%40example.com`,
    mailed: false,
  })
  const given = { password: 'a third long one', invite_code: body.code }
  await post('/register', { email: 'eve@example.com', ...given }).expect(403)
  await post('/register', { email: BOB, ...given }).expect(202)
  await post('/register', { email: BOB, ...given }).expect(403)
  const me = await request(one.app)
    .get('/api/auth/me')
    .set(await bearer({ email: BOB, password: given.password }))
  expect(me.body).toMatchObject({ roles: ['user', 'editor'], is_admin: false })
  expect(await rows('invited')).toEqual([{ user_id: 1, actor_id: 1, ip_address: '127.0.0.1' }])
  await post('/invites', { email: 'no address' }, admin).expect(400)
  await post('/invites', { email: BOB, role: 'no role' }, admin).expect(400)
})

test('other users get 404, and a cookie needs its token', async () => {
  await start()
  const ann = await cookieOf(ANN)
  const owner = await cookieOf(OWNER)
  expect((await post('/invites', { email: BOB }).expect(404)).body.code).toBe('not_found')
  await post('/invites', { email: BOB }, await bearer(ANN)).expect(404)
  for (const who of [{}, ann]) {
    const { text } = await request(one.app).get('/auth/admin').set(who).expect(404)
    expect(text).toContain('Not found')
    await form('/invite', { email: BOB }, who).expect(404)
    await form('/reset-link', { who: '1' }, who).expect(404)
  }
  await post('/invites', { email: BOB }, owner).expect(403)
  await form('/invite', { email: BOB }, owner, { 'Sec-Fetch-Site': 'cross-site' }).expect(403)
  await form('/reset-link', { who: ANN.email }, owner, { Origin: 'null' }).expect(403)
  expect(await one.db('usertwo.links').where({ kind: 'invite' })).toEqual([])
  expect(await one.db('usertwo.password_resets')).toEqual([])
  // A demotion takes effect with the next request.
  await request(one.app).get('/auth/admin').set(owner).expect(200)
  await one.db('users').where({ id: 1 }).update({ is_admin: false })
  await request(one.app).get('/auth/admin').set(owner).expect(404)
})

test('a login that was left open has to give the password first, and then continues', async () => {
  await start()
  const admin = await bearer(OWNER)
  const cookie = await cookieOf(OWNER)
  one.clock.move(16 * 60)
  expect((await post('/invites', { email: BOB }, admin).expect(403)).body.code).toBe('reauth_required')
  const asked = await form('/reset-link', { who: ANN.email }, cookie).expect(403)
  expect(asked.text).toContain('Your password, please')
  expect(asked.text).toContain(`name="who" value="${ANN.email}"`)
  const wrong = await form('/reset-link', { who: ANN.email, password: 'not it at all' }, cookie).expect(401)
  expect(wrong.text).toContain('This is not your password.')
  const { text } = await form('/reset-link', { who: ANN.email, password: OWNER.password }, cookie).expect(200)
  expect(text).toContain(`${AT}/reset?token=`)
})

test('the page makes a link for a user who lost their password, shows it once, and records who made it', async () => {
  await start()
  const cookie = await cookieOf(OWNER)
  const page = await request(one.app).get('/auth/admin').set(cookie).expect(200)
  expect(page.headers['cache-control']).toBe('no-store')
  const { text } = await form('/reset-link', { who: ANN.email }, cookie).expect(200)
  const [, token] = /reset\?token=([\w-]+)/.exec(text)!
  const chosen = 'a fourth long one'
  await post('/password/reset', { token, password: chosen }).expect(204)
  await post('/password/reset', { token, password: chosen }).expect(400)
  await bearer({ ...ANN, password: chosen })
  expect(await rows('reset_link_made')).toEqual([{ user_id: 2, actor_id: 1, ip_address: '127.0.0.1' }])
  const unknown = await form('/reset-link', { who: '<b>unknown</b>' }, cookie).expect(400)
  expect(unknown.text).toContain('No user has this')
  expect(unknown.text).not.toContain('<b>')
})

test('the page invites, and says where invitations are off', async () => {
  await start()
  const cookie = await cookieOf(OWNER)
  const { text } = await form('/invite', { email: BOB }, cookie).expect(200)
  const [, code] = /#invitation=([\w-]+)&amp;email=bob%40example.com/.exec(text)!
  await post('/register', { email: BOB, password: 'a third long one', invite_code: code }).expect(202)
  await one.dispose()
  await start({ open: false })
  const admin = await cookieOf(OWNER)
  expect((await request(one.app).get('/auth/admin').set(admin)).text).toContain('Invitations are off')
  await form('/invite', { email: BOB }, admin).expect(403)
  const refused = await post('/invites', { email: BOB }, await bearer(OWNER)).expect(403)
  expect(refused.body.code).toBe('registration_closed')
})

test('no link grants the owner’s row before it is claimed', async () => {
  one = await authApp({ dial: 5, open: true })
  await post('/register', ANN).expect(202)
  await one.db('users').where({ email: ANN.email }).update({ is_admin: true })
  const { text } = await form('/reset-link', { who: '1' }, await cookieOf(ANN)).expect(400)
  expect(text).toContain('The owner is not claimed yet')
  expect(await one.db('usertwo.password_resets')).toEqual([])
})

test('with mail the invitation is mailed, and its link is not shown', async () => {
  const server = await mailServer()
  const mail = { SMTP_URL: server.url, MAIL_FROM: 'a@example.com', PUBLIC_URL: 'https://app.example.com' }
  await start({ env: mail })
  const admin = await bearer(OWNER)
  const { body } = await post('/invites', { email: BOB }, admin).expect(201)
  expect(body).toEqual({ email: BOB, mailed: true })
  await authMail(one.kit)!.sendDue()
  const [letter] = server.taken.filter(({ to }) => to.includes(BOB))
  const [, code] = /#invitation=([\w-]+)&/.exec(linksIn(letter!.raw)[0]!)!
  await post('/register', { email: BOB, password: 'a third long one', invite_code: code }).expect(202)
  const { text } = await form('/invite', { email: 'eve@example.com' }, await cookieOf(OWNER)).expect(200)
  expect(text).toContain('on its way to eve@example.com')
  expect(text).not.toContain('#invitation')
  await server.stop()
})
