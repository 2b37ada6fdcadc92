import { setTimeout as sleep } from 'node:timers/promises'
import request from 'supertest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { redisVersion, startRedis } from '../../../../test/support/redis.js'
import { issueReset } from '../links/reset-token.js'
import { budgetsOf } from './budgets.js'
import { loginParts } from './login-parts.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const WRONG = { ...OWNER, password: 'not the right one' }
let one: AuthApp
const running: AuthApp[] = []
const start = async (options = {}) => {
  const app = await authApp(options)
  running.push(app)
  // The clock is fixed: a delay of a second is exactly that, on however busy a machine.
  let now = Date.now()
  Object.assign(app.clock, { now: () => new Date(now), move: (seconds: number) => (now += seconds * 1000) })
  // Passwords are compared at once: 64 hashes take their time, and are tested in passwords.test.ts.
  loginParts(app.kit).passwords.verify = async (password, stored) => {
    verified++
    await sleep(5)
    return stored !== null && password === current
  }
  return app
}
let verified = 0
let current = OWNER.password
beforeEach(async () => {
  verified = 0
  current = OWNER.password
  one = await start()
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
})
afterEach(async () => {
  for (const app of running.splice(0).reverse()) await app.dispose()
})

let last = 0
const nextAddress = () => `10.${Math.floor(++last / 250)}.${last % 250}.1`
/** From an address of its own, so that limits by address do not mix attempts up. */
const post = (path: string, body: object, headers: Record<string, string> = {}, app = one.app) =>
  request(app)
    .post(`/api/auth${path}`)
    .set({ 'X-Forwarded-For': nextAddress(), ...headers })
    .send(body)
const statuses = async (all: PromiseLike<{ status: number }>[]) =>
  (await Promise.all(all)).map(({ status }) => status)
const times = (count: number, status: number) => Array<number>(count).fill(status)
const deviceOf = ({ headers }: { headers: Record<string, unknown> }) =>
  (headers['set-cookie'] as string[]).find((line) => line.startsWith('usertwo-device='))!.split(';', 1)[0]!

test('case 31: of 100 simultaneous wrong passwords five are verified, the others are 429', async () => {
  const answers = await statuses(Array.from({ length: 100 }, () => post('/login', WRONG)))
  expect(answers.sort()).toEqual([...times(5, 401), ...times(95, 429)])
  expect(verified).toBe(5)
})

test('case 31: 64 simultaneous right passwords, from many addresses or from one, are all accepted', async () => {
  expect(await statuses(Array.from({ length: 64 }, () => post('/login', OWNER)))).toEqual(times(64, 200))
  const same = { 'X-Forwarded-For': '10.99.0.1' }
  expect(await statuses(Array.from({ length: 12 }, () => post('/login', OWNER, same)))).toEqual(
    times(12, 200),
  )
})

test('case 111: two processes share one count, and wait for each other’s right passwords', async () => {
  const two = await start({ url: one.url })
  // The same moment: otherwise a delay would have passed by the clock of a process that began later.
  Object.assign(two.clock, one.clock)
  const both = (body: object, count: number) =>
    statuses(Array.from({ length: count }, (_, n) => post('/login', body, {}, n % 2 ? one.app : two.app)))
  expect(await both(OWNER, 16)).toEqual(times(16, 200))
  expect((await both(WRONG, 16)).sort()).toEqual([...times(5, 401), ...times(11, 429)])
})

test.skipIf(!redisVersion())(
  'case 111: an address may send five wrong passwords a minute to two processes that share a Redis',
  async () => {
    const redis = await startRedis()
    const apps = [0, 1].map(() => start({ url: one.url, env: { REDIS_URL: redis.url } }))
    const [here, there] = await Promise.all(apps)
    let unknown = 0
    const both = (count: number, address: string, body: () => object) =>
      statuses(
        Array.from({ length: count }, (_, n) =>
          post('/login', body(), { 'X-Forwarded-For': address }, (n % 2 ? here : there)!.app),
        ),
      )
    expect(await both(14, '10.98.0.1', () => OWNER)).toEqual(times(14, 200))
    const wrong = await both(14, '10.98.0.1', () => ({ ...WRONG, email: `unknown${unknown++}@example.com` }))
    expect(wrong.sort()).toEqual([...times(5, 401), ...times(9, 429)])
    for (const app of running.splice(1).reverse()) await app.dispose()
    await redis.stop()
  },
)

test('case 33: an address may send five wrong passwords a minute, however many right ones come from it too', async () => {
  const from = { 'X-Forwarded-For': '10.97.0.1' }
  const wrong = (n: number) => post('/login', { ...WRONG, email: `unknown${n}@example.com` }, from)
  expect(await statuses([0, 1, 2, 3].map(wrong))).toEqual(times(4, 401))
  expect(await statuses(Array.from({ length: 7 }, () => post('/login', OWNER, from)))).toEqual(times(7, 200))
  expect((await statuses([4, 5, 6].map(wrong))).sort()).toEqual([401, 429, 429])
  const refused = await post('/login', OWNER, from).expect(429)
  expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60)
})

test('case 32: after a day of five wrong passwords a minute the owner can log in from a known browser, or by a reset link elsewhere', async () => {
  const device = deviceOf(await post('/login', OWNER).expect(200))
  const { byAccount } = budgetsOf(one.kit)
  let looked = 0
  for (let minute = 0; minute < 24 * 60; minute++) {
    for (let n = 0; n < 5; n++) {
      const place = await byAccount.take(`login ${OWNER.email}`)
      if (typeof place === 'number') continue
      looked++
      await place.settle(true)
    }
    if (minute % 480 === 479) {
      await post('/login', OWNER, { Cookie: device }).expect(200)
      await post('/login', OWNER).expect(429)
    }
    one.clock.move(60)
  }
  expect(looked).toBeGreaterThan(90)
  expect(looked).toBeLessThan(120)
  const reset = await post('/password/reset', {
    token: await issueReset(one.db, 1, one.clock),
    password: 'another long one',
  })
  expect(reset.status).toBe(204)
  current = 'another long one'
  const now = { ...OWNER, password: current }
  await post('/login', now, { Cookie: deviceOf(reset) }).expect(200)
  // Case 90: the known browsers are unknown devices again.
  await post('/login', now, { Cookie: device }).expect(429)
})

test('case 32: five attempts are free, then a delay doubles to 15 minutes and is forgotten after a quiet day', async () => {
  const { byAccount } = budgetsOf(one.kit)
  const delays: number[] = []
  for (let n = 0; n < 18; n++) {
    const place = await byAccount.take('an account')
    if (typeof place === 'number') throw new Error('refused')
    await place.settle(true)
    const left = await byAccount.take('an account')
    if (typeof left === 'number') delays.push(Math.round(left))
    else await left.settle(false)
    one.clock.move(typeof left === 'number' ? left + 0.1 : 0)
  }
  expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900])
  one.clock.move(86_400)
  expect(await Promise.all(Array.from({ length: 5 }, () => byAccount.take('an account')))).not.toContainEqual(
    expect.any(Number),
  )
})

test('case 34: while others guess, a right password is answered like a wrong one, and works again a little later', async () => {
  await statuses(Array.from({ length: 5 }, () => post('/login', WRONG)))
  const [right, wrong] = [await post('/login', OWNER), await post('/login', WRONG)]
  expect(right.status).toBe(429)
  expect(wrong.body).toEqual(right.body)
  one.clock.move(2)
  await post('/login', OWNER).expect(200)
})

test.each([
  ['is known by two names', OWNER.email, 'default_user'],
  ['is written in another case', 'default_user', 'DEFAULT_USER'],
  ['is written in full width', 'default_user', ' ｄｅｆａｕｌｔ_ｕｓｅｒ'],
])('case 25: a budget does not reveal that an account’s name %s', async (_what, first, second) => {
  const seen = async (...names: string[]) => {
    const answers: unknown[] = []
    for (const email of names)
      for (let n = 0; n < 6; n++) {
        const { status, body } = await post('/login', { ...WRONG, email })
        answers.push([status, body.code])
      }
    return answers
  }
  const unknown = (name: string) => name.replace(/owner/, 'nouser').replace(/(.)$/u, '$1$1')
  expect(await seen(first, second)).toEqual(await seen(unknown(first), unknown(second)))
})

test('case 25: an account has one budget under all its names: the right password is refused like any other', async () => {
  await statuses(Array.from({ length: 5 }, () => post('/login', { ...WRONG, email: 'default_user' })))
  await post('/login', OWNER).expect(401)
  one.clock.move(2)
  await post('/login', OWNER).expect(200)
})

test('case 90: a device cookie is valid for its own account, for a limited time, and does not log in', async () => {
  const device = deviceOf(await post('/login', OWNER).expect(200))
  for (const email of [OWNER.email, 'unknown@example.com'])
    await statuses(Array.from({ length: 5 }, () => post('/login', { ...WRONG, email })))
  const cookie = { Cookie: device }
  await post('/login', { ...WRONG, email: 'unknown@example.com' }, cookie).expect(429)
  await request(one.app).get('/api/auth/me').set(cookie).expect(401)
  const [name, value] = device.split('=')
  for (const bad of [`${name}=${value!.replace(/^./, 'X')}`, `${device}; ${device}`, `${name}=`])
    await post('/login', OWNER, { Cookie: bad }).expect(429)
  await request(one.app).get('/elsewhere').set('Cookie', `${device}; theme=dark`).expect(200)
  expect(one.seen.at(-1)!.headers.cookie).toBe('theme=dark')
  await post('/login', OWNER, cookie).expect(200)
  one.clock.move(181 * 86_400)
  await statuses(Array.from({ length: 5 }, () => post('/login', WRONG)))
  await post('/login', OWNER, cookie).expect(429)
})

test('case 90: a known device has its own budget, and the answer says when it is used up', async () => {
  const cookie = { Cookie: deviceOf(await post('/login', OWNER).expect(200)) }
  for (let n = 0; n < 5; n++) await post('/login', WRONG, cookie).expect(401)
  await post('/login', OWNER, cookie).expect(429)
  await post('/login', OWNER).expect(200)
})

test('case 37: a password that could not be verified does not count as wrong', async () => {
  const { passwords } = loginParts(one.kit)
  const { verify } = passwords
  passwords.verify = () => Promise.reject(new Error('no thread'))
  for (let n = 0; n < 8; n++) await post('/login', OWNER).expect(500)
  passwords.verify = verify
  await post('/login', OWNER).expect(200)
})

test('case 42: a wrong claim code costs no hash', async () => {
  const { passwords } = loginParts(one.kit)
  let hashed = 0
  passwords.hashNew = async () => `${hashed++}`
  await post('/register', { ...OWNER, claim_code: 'WRNG-2345' }).expect(403)
  await post('/register', { ...OWNER, claim_code: CODE }).expect(403)
  expect(hashed).toBe(0)
})
