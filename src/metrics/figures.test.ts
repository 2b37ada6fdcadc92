import { createRequire } from 'node:module'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../test/support/auth-app.js'
import { audit } from '../phases/4-auth/audit.js'
import { issueReset } from '../phases/4-auth/links/reset-token.js'
import { beginMetrics } from './metrics.js'

const { register } = createRequire(import.meta.url)('prom-client') as {
  register: { metrics(): Promise<string> }
}
const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
let one: AuthApp
beforeAll(async () => {
  one = await authApp({ env: { METRICS: 'true', AUTH_MAX_SESSIONS: '2' } })
  await beginMetrics(one.kit)
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
})
afterAll(() => one?.dispose())

/** Each attempt from an address of its own, so that the limit by address refuses none. */
let address = 0
const post = (path: string, body: object = {}, token?: string) =>
  request(one.app)
    .post(`/api/auth${path}`)
    .set({ 'X-Forwarded-For': `10.0.0.${++address}`, ...(token && { Authorization: `Bearer ${token}` }) })
    .send(body)
const login = async () => (await post('/login', OWNER).expect(200)).body.access_token as string

/** Returns what has been counted since the last call. */
let before: Record<string, number> = {}
async function counted(): Promise<Record<string, number>> {
  const lines = (await register.metrics()).matchAll(/^auth_(\S+) (\d+)$/gm)
  const now = Object.fromEntries([...lines].map(([, name, value]) => [name, Number(value)]))
  const since = Object.entries<number>(now)
    .map(([name, value]) => [name, value - (before[name] ?? 0)] as const)
    .filter(([, value]) => value !== 0)
  before = now
  return Object.fromEntries(since)
}

test('a login, and each way to end it early, count once', async () => {
  const token = await login()
  expect(await counted()).toEqual({ 'login_success_total{provider="password"}': 1 })
  await post('/logout', {}, token).expect(204)
  expect(await counted()).toEqual({ revocations_total: 1 })
  await post('/logout', {}, token).expect(204)
  expect(await counted()).toEqual({})
  for (let n = 0; n < 3; n++) await login()
  expect(await counted()).toEqual({
    'login_success_total{provider="password"}': 3,
    revocations_total: 1,
  })
  const link = await issueReset(one.db, 1, one.clock)
  await post('/password/reset', { token: link, password: OWNER.password }).expect(204)
  expect(await counted()).toEqual({ revocations_total: 1 })
  const last = await login()
  await counted()
  const changed = { current_password: OWNER.password, password: OWNER.password.toUpperCase() }
  await post('/password/change', changed, last).expect(204)
  expect(await counted()).toEqual({ revocations_total: 1 })
  await one.db('usertwo.credentials').update({ password_hash: `cheap ${OWNER.password}` })
})

test('refused logins count by the code of their answer: each one, although the audit has one row a minute', async () => {
  const wrong = () => post('/login', { email: 'unknown@example.com', password: 'not the right one' })
  for (let n = 0; n < 8; n++) await wrong()
  expect(await counted()).toEqual({
    'login_fail_total{reason="invalid_credentials"}': 5,
    'login_fail_total{reason="rate_limited"}': 3,
  })
  await one.db('usertwo.credentials').update({ must_verify: true, is_verified: false })
  await post('/login', OWNER).expect(403)
  expect(await counted()).toEqual({ 'login_fail_total{reason="email_not_verified"}': 1 })
})

test('an event in a rolled-back transaction does not count', async () => {
  const note = (fails: boolean) =>
    one.db.transaction(async (trx) => {
      await audit(trx, one.kit, { headers: {}, socket: {} } as never, 'password_reset', 1)
      if (fails) throw new Error('taken back')
    })
  await expect(note(true)).rejects.toThrow('taken back')
  expect(await counted()).toEqual({})
  await note(false)
  expect(await counted()).toEqual({ revocations_total: 1 })
})

test('exchanged refresh tokens count, a repeated successor once, and a token that is used twice', async () => {
  const two = await authApp({ env: { TOKEN_STYLE: 'refresh' }, url: one.url })
  await beginMetrics(two.kit)
  const ask = (path: string, body: object) => request(two.app).post(`/api/auth${path}`).send(body)
  await one.db('usertwo.credentials').update({ must_verify: false })
  const { body } = await ask('/login', OWNER).expect(200)
  await counted()
  const first = { refresh_token: body.refresh_token as string }
  const [next] = await Promise.all([1, 2, 3].map(() => ask('/refresh', first).expect(200)))
  expect(await counted()).toEqual({ refresh_rotations_total: 1 })
  await ask('/refresh', { refresh_token: next!.body.refresh_token }).expect(200)
  expect(await counted()).toEqual({ refresh_rotations_total: 1 })
  await ask('/refresh', first).expect(401)
  expect(await counted()).toEqual({ revocations_total: 1 })
  await two.dispose()
})
