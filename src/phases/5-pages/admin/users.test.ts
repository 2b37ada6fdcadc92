import request from 'supertest'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { USER_ACTIONS } from '../../4-auth/admin/act-on-user.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const ANN = { email: 'ann@example.com', password: 'another long one' }
const SAME = { 'Sec-Fetch-Site': 'same-origin' }
let one: AuthApp
let ann: number
let admin: { Cookie: string }

beforeAll(async () => {
  one = await authApp({ dial: 5, open: true })
  await api('/register', { ...OWNER, claim_code: CODE }).expect(202)
  await api('/register', ANN).expect(202)
  ann = (await one.db('users').where({ email: ANN.email }).first('id')).id
})
afterAll(() => one.dispose())
beforeEach(async () => {
  await one.db('usertwo.login_throttle').delete()
  admin = await cookieOf(OWNER)
})

const api = (path: string, body: object) => request(one.app).post(`/api/auth${path}`).send(body)
async function cookieOf(who: typeof OWNER) {
  const { headers } = await request(one.app).post('/auth/login').set(SAME).type('form').send(who).expect(303)
  const lines = [headers['set-cookie']].flat().map((line) => String(line).split(';', 1)[0])
  return { Cookie: lines.join('; ') }
}
const get = (path: string, who: object = admin) =>
  request(one.app)
    .get(`/auth/admin${path}`)
    .set({ ...who })
const post = (path: string, fields: object, who: object = admin, from: object = SAME) =>
  request(one.app)
    .post(`/auth/admin${path}`)
    .set({ ...from, ...who })
    .type('form')
    .send(fields)
const act = (action: string, more: object = {}, who = admin) =>
  post('/users', { user: ann, action, ...more }, who)
const lastEvent = async () => {
  const { event, user_id, actor_id, details } = await one.db('usertwo.audit').orderBy('id', 'desc').first()
  return { event, user_id, actor_id, details }
}

test('other users and anonymous clients get 404 for every page and action, and nothing happens', async () => {
  const before = await one.db('usertwo.audit').whereNot({ event: 'login' }).count('*')
  for (const who of [{}, await cookieOf(ANN)]) {
    for (const path of ['', '/users', `/users/${ann}`, '/users/1', '/audit', '/mails'])
      expect([path, (await get(path, who)).status]).toEqual([path, 404])
    for (const action of USER_ACTIONS)
      expect([action, (await act(action, { role: 'editor' }, who as typeof admin)).status]).toEqual([
        action,
        404,
      ])
    expect((await post('/audit.csv', {}, who)).status).toBe(404)
  }
  expect(await one.db('usertwo.audit').whereNot({ event: 'login' }).count('*')).toEqual(before)
})

test('another site cannot make an administrator act', async () => {
  await post('/users', { user: ann, action: 'disable' }, admin, { 'Sec-Fetch-Site': 'cross-site' }).expect(
    403,
  )
  await api('/login', ANN).expect(200)
})

test('disabling ends the user’s logins with the next request, and enabling lets them log in again', async () => {
  const { body } = await api('/login', ANN).expect(200)
  const me = () => request(one.app).get('/api/auth/me').set('Authorization', `Bearer ${body.access_token}`)
  await me().expect(200)
  const { headers } = await act('disable').expect(303)
  expect(headers.location).toBe(`/auth/admin/users/${ann}?done=1`)
  expect(await lastEvent()).toMatchObject({ event: 'user_disabled', user_id: ann, actor_id: 1 })
  await me().expect(401)
  await api('/login', ANN).expect(401)
  expect((await get(`/users/${ann}?done=1`).expect(200)).text).toMatch(
    /It is done\.[\s\S]*disabled[\s\S]*Enable the account/,
  )
  await act('enable').expect(303)
  expect(await lastEvent()).toMatchObject({ event: 'user_enabled', user_id: ann, actor_id: 1 })
  await me().expect(401)
  await api('/login', ANN).expect(200)
})

test('roles are given and taken away, under the administrator’s name', async () => {
  await act('grant', { role: 'editor' }).expect(303)
  expect(await lastEvent()).toEqual({
    event: 'role_granted',
    user_id: ann,
    actor_id: 1,
    details: { role: 'editor' },
  })
  expect((await get(`/users/${ann}`)).text).toContain('Remove the role editor')
  const wrong = await act('grant', { role: 'no role' }).expect(400)
  expect(wrong.text).toContain('<a href="#role">')
  await act('ungrant', { role: 'editor' }).expect(303)
  await act('make-admin').expect(303)
  expect(await lastEvent()).toMatchObject({ event: 'admin_granted', user_id: ann, actor_id: 1 })
  await get('', await cookieOf(ANN)).expect(200)
  await act('unmake-admin').expect(303)
  await get('', await cookieOf(ANN)).expect(404)
})

test('an address is taken as confirmed, and all logins end', async () => {
  await one
    .db('usertwo.credentials')
    .where({ user_id: ann })
    .update({ must_verify: true, is_verified: false })
  await api('/login', ANN).expect(403)
  expect((await get(`/users/${ann}`)).text).toContain('address not confirmed')
  await act('verify').expect(303)
  expect(await lastEvent()).toMatchObject({ event: 'email_verified', user_id: ann, actor_id: 1 })
  const { body } = await api('/login', ANN).expect(200)
  await act('end-logins').expect(303)
  expect(await lastEvent()).toMatchObject({ event: 'session_revoked', user_id: ann, actor_id: 1 })
  await request(one.app).get('/api/auth/me').set('Authorization', `Bearer ${body.access_token}`).expect(401)
})

test('the last administrator is neither disabled nor made an ordinary user', async () => {
  for (const action of ['disable', 'unmake-admin']) {
    const { text } = await post('/users', { user: 1, action }).expect(403)
    expect(text).toContain('This is the only administrator who can log in.')
  }
})

test('of two administrators who disable each other at once, one stays, fifty times', async () => {
  for (let round = 0; round < 50; round++) {
    await one.db('users').whereIn('id', [1, ann]).update({ is_admin: true })
    await one.db('usertwo.credentials').whereIn('user_id', [1, ann]).update({ is_active: true })
    await one.db('usertwo.login_throttle').delete()
    const [first, second] = [await cookieOf(OWNER), await cookieOf(ANN)]
    await Promise.all([
      post('/users', { user: ann, action: 'disable' }, first),
      post('/users', { user: 1, action: 'disable' }, second),
    ])
    const active = await one.db('usertwo.credentials').whereIn('user_id', [1, ann]).where({ is_active: true })
    expect(active.length).toBeGreaterThanOrEqual(1)
  }
  await one.db('usertwo.credentials').whereIn('user_id', [1, ann]).update({ is_active: true })
  await one.db('users').where({ id: ann }).update({ is_admin: false })
}, 120_000)

test('an old login asks for the password first, and then does what was requested', async () => {
  one.clock.move(16 * 60)
  const asked = await act('end-logins').expect(403)
  expect(asked.text).toContain('<title>Your password, please')
  expect(asked.text).toContain(`name="user" value="${ann}"`)
  await act('end-logins', { password: OWNER.password }).expect(303)
})

test('an id that no user has is 404, and so is any other text', async () => {
  for (const id of ['999999', 'x', "1' or '1'='1"]) await get(`/users/${encodeURIComponent(id)}`).expect(404)
  await post('/users', { user: '999999', action: 'disable' }).expect(404)
  await post('/users', { user: ann, action: 'drop' }).expect(400)
})

test('users are found by a part of their address, not taken as a pattern, and shown page by page', async () => {
  await one.db.raw(`insert into users (username, email, created_at)
    select 'many_' || n, 'many' || n || '%@example.com', now() from generate_series(1, 120) n`)
  const ids = async (path: string) =>
    [...(await get(path).expect(200)).text.matchAll(/admin\/users\/(\d+)"/g)].map(([, id]) => Number(id))
  const pages = [
    await ids('/users?q=many'),
    await ids('/users?q=many&page=1'),
    await ids('/users?q=many&page=2'),
  ]
  expect(pages.map(({ length }) => length)).toEqual([50, 50, 20])
  expect(new Set(pages.flat()).size).toBe(120)
  expect(await ids('/users?q=MANY7%25@')).toHaveLength(1)
  expect(await ids('/users?q=%25')).toHaveLength(50)
  expect(await ids('/users?q=_')).toHaveLength(50)
  expect(await ids(`/users?q=${ann}`)).toContain(ann)
  expect((await get('/users?q=<b>')).text).toContain('value="&lt;b&gt;"')
  expect((await get('/users?page=-1')).status).toBe(200)
})

test('events are filtered by user and kind, shown page by page, and downloaded as CSV without formulas', async () => {
  await one.db('usertwo.audit').insert(
    Array.from({ length: 60 }, (_, n) => ({
      event: 'of_a_test',
      user_id: ann,
      ip_address: n ? '10.0.0.1' : '=1+1',
    })),
  )
  const count = (text: string) => text.match(/of a test/g)?.length ?? 0
  const first = (await get('/audit?event=of%20a%20test').expect(200)).text
  expect(count(first)).toBe(50)
  const [, older] = /href="\/auth\/admin(\/audit\?[^"]+before=\d+)"/.exec(first)!
  expect(count((await get(older!.replaceAll('&amp;', '&'))).text)).toBe(10)
  expect(count((await get('/audit?user=1&event=of_a_test')).text)).toBe(0)
  const csv = await post('/audit.csv', { event: 'of_a_test' }).expect(200)
  expect(csv.headers['content-type']).toMatch(/^text\/csv/)
  expect(csv.headers['content-disposition']).toBe('attachment; filename=audit.csv')
  const lines = csv.text.trimEnd().split('\r\n')
  expect(lines[0]).toBe('at,event,user_id,actor_id,ip_address,details')
  expect(lines).toHaveLength(61)
  expect(lines[1]).toContain(",'=1+1,")
})

test('mails are listed with what became of them, and without their addressee’s address', async () => {
  expect((await get('/mails').expect(200)).text).toContain('No e-mail waits')
  await one
    .db('usertwo.outbox')
    .insert({ kind: 'password_changed', user_id: ann, attempts: 2, last_error: '<550>' })
  const { text } = await get('/mails').expect(200)
  expect(text).toMatch(/password changed · user \d+ <span class="mark">waiting<\/span>/)
  expect(text).toContain('2 attempts · &lt;550&gt;')
  expect(text).not.toContain(ANN.email)
})
