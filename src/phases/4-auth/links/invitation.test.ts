import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, type AuthAppOptions, authApp, CODE } from '../../../../test/support/auth-app.js'
import { invitations, issueInvitation } from './invitation.js'
import { issueLink } from './links.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const ANN = { email: 'ann@example.com', password: 'her own long one' }
const ROUNDS = 30
let one: AuthApp

afterEach(() => one.dispose())

let address = 0
const post = (path: string, body: object) =>
  request(one.app).post(path).set('X-Forwarded-For', `10.6.0.${++address}`).send(body)
const register = (who: object) => post('/api/auth/register', who)
const login = (who: object) => post('/api/auth/login', who)

async function start(options: AuthAppOptions = {}): Promise<string> {
  one = await authApp({ open: 'invite', ...options })
  await register({ ...OWNER, claim_code: CODE }).expect(202)
  return invited()
}
const invited = (role: string | null = null) =>
  issueInvitation(one.db, { email: ANN.email, role, days: 7 }, one.clock)

test('case 50: an invitation makes one account, for its first use', async () => {
  const invite_code = await start()
  const all = await Promise.all(Array.from({ length: 8 }, () => register({ ...ANN, invite_code })))
  expect(all.map(({ status }) => status).sort()).toEqual([202, ...Array(7).fill(403)])
  expect(await one.db('users').orderBy('id').pluck('email')).toEqual([OWNER.email, ANN.email])
  await register({ ...ANN, email: 'b@example.com', invite_code }).expect(403)
  await login(ANN).expect(200)
})

test('case 50: of four simultaneous uses one succeeds, in every round', async () => {
  await start()
  const { accept } = invitations(one.kit)
  const req = Object.assign(new IncomingMessage(new Socket()), { method: 'POST', url: '/', headers: {} })
  const won: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const account = { email: `round${round}@example.com`, passwordHash: 'none' }
    const code = await issueInvitation(one.db, { email: account.email, role: null, days: 1 }, one.clock)
    const all = await Promise.allSettled(Array.from({ length: 4 }, () => accept(req, code, account)))
    won.push(all.filter(({ status }) => status === 'fulfilled').length)
  }
  expect(won).toEqual(Array(ROUNDS).fill(1))
  expect(await one.db('users').pluck('id')).toHaveLength(ROUNDS + 1)
})

test('case 50: wrong, used, too old, replaced, of another address or of another kind, it is refused with the same answer', async () => {
  const old = await start()
  const code = await invited()
  const other = await issueLink(one.db, one.clock, {
    kind: 'verify',
    user: 1,
    email: ANN.email,
    life: 60_000,
  })
  const [{ token_hash }] = await one.db('usertwo.links').where({ kind: 'invite' })
  const tries = [
    { ...ANN, invite_code: 'no such code' },
    { ...ANN, invite_code: old },
    { ...ANN, invite_code: other },
    { ...ANN, invite_code: token_hash },
    { ...ANN, email: 'eve@example.com', invite_code: code },
    ANN,
  ]
  const bodies = []
  for (const body of tries) bodies.push((await register(body).expect(403)).body)
  one.clock.move(7 * 86_400 + 1)
  bodies.push((await register({ ...ANN, invite_code: code }).expect(403)).body)
  expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1)
  expect(bodies[0]).toMatchObject({ code: 'registration_closed' })
  expect(await one.db('users').pluck('id')).toEqual([1])
  expect(JSON.stringify(await one.db('usertwo.links'))).not.toContain(code)
})

test('case 50: the role is that of the invitation, whatever else is sent', async () => {
  await start()
  const invite_code = await invited('editor')
  await register({ ...ANN, invite_code, role: 'admin', roles: ['admin'], is_admin: true }).expect(202)
  const { body } = await login(ANN).expect(200)
  const me = await request(one.app).get('/api/auth/me').set('Authorization', `Bearer ${body.access_token}`)
  expect(me.body).toMatchObject({ roles: ['user', 'editor'], is_admin: false })
})

test('a user invited with an address that has an account is told so, and the invitation stays', async () => {
  const invite_code = await start()
  await one.db('users').insert({ username: 'ann', email: ANN.email, created_at: new Date() })
  const { body } = await register({ ...ANN, invite_code }).expect(400)
  expect(body.errors).toMatchObject([{ field: 'email', message: expect.stringContaining('Log in') }])
  await one.db('users').where({ email: ANN.email }).delete()
  await register({ ...ANN, invite_code }).expect(202)
})

test('no invitation works where only the owner may register', async () => {
  const invite_code = await start({ open: false })
  await register({ ...ANN, invite_code }).expect(403)
  expect((await request(one.app).get('/api/auth/config')).body.registration).toBe('owner-only')
})

test('the page has a field for the code, which its URL never contains, and logs in the new user', async () => {
  const invite_code = await start({ dial: 5 })
  const { text } = await request(one.app).get('/auth/register').expect(200)
  expect(text).toMatch(/<input id="invite_code" name="invite_code"[^>]* required>/)
  const wrong = await post('/auth/register', { ...ANN, invite_code: 'wrong' })
    .type('form')
    .expect(403)
  expect(wrong.text).toContain('the code is missing, wrong, too old or used already')
  const done = await post('/auth/register', { ...ANN, invite_code })
    .type('form')
    .expect(303)
  expect(done.headers['set-cookie']).toBeDefined()
  expect((await request(one.app).get('/api/auth/config')).body.registration).toBe('invite')
})
