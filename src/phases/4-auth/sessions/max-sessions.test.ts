import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { createToken } from './tokens/made-tokens.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const MOST = 3
let one: AuthApp
let other: AuthApp

beforeAll(async () => {
  const env = { AUTH_MAX_SESSIONS: String(MOST) }
  one = await authApp({ env })
  other = await authApp({ env, url: one.url })
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
})
afterAll(async () => {
  await other?.dispose()
  await one?.dispose()
})

async function logIn({ app }: AuthApp): Promise<string> {
  return (await request(app).post('/api/auth/login').send(OWNER).expect(200)).body.access_token
}
const me = (token: string, { app } = one) =>
  request(app)
    .get('/api/auth/me')
    .set('Authorization', `Bearer ${token}`)
    .then(({ status }) => status)
const good = async (tokens: string[]) =>
  (await Promise.all(tokens.map((token) => me(token, other)))).filter((status) => status === 200).length

test('case 65: a login more than there may be ends the oldest, in every process, and no token of a program', async () => {
  const { token } = await createToken(one.db, 1, { name: 'export', scopes: ['read'], days: 1 })
  const tokens: string[] = []
  for (let n = 0; n < MOST + 2; n++) {
    tokens.push(await logIn(one))
    one.clock.move(1)
  }
  const statuses = await Promise.all(tokens.map((each) => me(each, other)))
  expect(statuses).toEqual([401, 401, 200, 200, 200])
  await request(other.app).get('/things').set('Authorization', `Bearer ${token}`).expect(200)
  const noted = await one.db('usertwo.audit').where({ event: 'session_revoked' }).select('user_id', 'details')
  expect(noted).toEqual([
    { user_id: 1, details: { ended: 1, most: MOST } },
    { user_id: 1, details: { ended: 1, most: MOST } },
  ])
})

test('case 65: of 24 logins at once in two processes as many are good as there may be', async () => {
  const tokens = await Promise.all(Array.from({ length: 24 }, (_, n) => logIn(n % 2 ? one : other)))
  expect(await good(tokens)).toBe(MOST)
})
