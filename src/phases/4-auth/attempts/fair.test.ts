// One client with many logins at once, next to others with one. A hash of cost 12 takes about 300 ms: 16 slots are 5 s.
import { setTimeout as sleep } from 'node:timers/promises'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { createUser } from '../registration/create-user.js'
import { loginParts } from './login-parts.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const BUSY = { email: 'busy@example.com', password: 'another long one' }
const HASH_MS = 100
const AT_ONCE = 48
/** How many passwords were verified. */
let hashed = 0

let one: AuthApp
beforeAll(async () => {
  one = await authApp()
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
  await createUser(one.db, one.kit.config, { ...BUSY, username: 'busy' })
  await one
    .db('usertwo.credentials')
    .where({ user_id: 2 })
    .update({ password_hash: `cheap ${BUSY.password}` })
  const { passwords } = loginParts(one.kit)
  passwords.verify = async (password, stored) => {
    hashed++
    await sleep(HASH_MS)
    return stored === `cheap ${password}`
  }
}, 60_000)
afterAll(() => one?.dispose())
beforeEach(() => one.db('usertwo.login_throttle').delete())

const login = (who: object, address: string, cookie = '') =>
  request(one.app).post('/api/auth/login').set({ 'X-Forwarded-For': address, Cookie: cookie }).send(who)
const deviceOf = async (who: object, address: string) => {
  const { headers } = await login(who, address).expect(200)
  const line = [headers['set-cookie']].flat().find((one) => one!.startsWith('usertwo-device='))!
  return line.split(';', 1)[0]!
}

/** Keeps that many correct logins running until `work` is done. */
async function during<Made>(ask: () => PromiseLike<unknown>, work: () => Promise<Made>): Promise<Made> {
  let isOver = false
  const keep = async () => {
    while (!isOver) await ask()
  }
  const all = Array.from({ length: AT_ONCE }, keep)
  for (const from = hashed; hashed < from + 5; ) await sleep(HASH_MS)
  try {
    return await work()
  } finally {
    isOver = true
    await Promise.all(all)
  }
}

/** How many passwords are verified between sending a login and its answer, including its own. */
async function slotsOf(asked: request.Test): Promise<number> {
  const from = hashed
  expect((await asked).status).toBe(200)
  return hashed - from
}

test.each([
  ['from an unknown device', '10.4.0.2'],
  ['from an unknown device in the same network', '10.5.0.2'],
  ['from the same address', '10.5.0.1'],
])(
  'U12: 48 logins at once with one device cookie do not delay another user’s login %s',
  async (_what, address) => {
    const device = await deviceOf(BUSY, '10.5.0.1')
    const waited = await during(
      () => login(BUSY, '10.5.0.1', device),
      () => slotsOf(login(OWNER, address)),
    )
    expect(waited).toBeLessThan(16)
  },
  120_000,
)

test('U12: 48 logins at once without a cookie do not delay another user’s login from the same address', async () => {
  const waited = await during(
    () => login(BUSY, '10.6.0.1'),
    () => slotsOf(login(OWNER, '10.6.0.1')),
  )
  expect(waited).toBeLessThan(16)
}, 120_000)

test('a device cookie of another account gives no priority: the login counts as one of an unknown device', async () => {
  const device = await deviceOf(BUSY, '10.7.0.1')
  const own = await deviceOf(OWNER, '10.7.0.2')
  const waited = await during(
    () => login({ ...BUSY, email: 'unknown@example.com' }, '10.7.0.1', device),
    () => slotsOf(login(OWNER, '10.7.0.2', own)),
  )
  expect(waited).toBeLessThan(16)
}, 120_000)

test('U12: guesses from changing /64s of one /48 are slowed, and those of another /48 are not', async () => {
  const guess = (n: number, network = 'a') =>
    login({ email: `guess${n}@example.com`, password: 'not the one' }, `2001:db8:${network}:${n}::1`)
  const { passwords } = loginParts(one.kit)
  const { verify } = passwords
  passwords.verify = async () => false
  const statuses: number[] = []
  for (let n = 1; n <= 32; n++) statuses.push((await guess(n)).status)
  expect(statuses).toEqual([...Array(30).fill(401), 429, 429])
  await guess(1, 'b').expect(401)
  passwords.verify = verify
}, 120_000)
