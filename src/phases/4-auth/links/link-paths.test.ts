// Paths of one-time links are spared the CSRF check only where usertwo has them, and their links end with the account.
import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { setActive } from '../admin/disable-user.js'
import { createUser } from '../registration/create-user.js'
import { issueReset } from './reset-token.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
let one: AuthApp | undefined
afterEach(() => one?.dispose())

test.each([4, 5])(
  'at dial %i another site cannot post to a path of a page that usertwo does not have',
  async (dial) => {
    one = await authApp({ dial })
    const { app } = one
    await request(app)
      .post('/api/auth/register')
      .send({ ...OWNER, claim_code: CODE })
      .expect(202)
    const { headers } = await request(app).post('/api/auth/login').send(OWNER).expect(200)
    const Cookie = [headers['set-cookie']].flat().map((line) => line!.split(';', 1)[0]!)
    const from = { Cookie, Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }
    for (const path of ['/auth/email', '/auth/verify', ...(dial === 4 ? ['/auth/reset'] : []), '/things']) {
      const { status } = await request(app).post(path).set(from).type('form').send({ a: 1 })
      expect(status, path).toBe(403)
    }
  },
)

test('a reset link ends when its user is disabled', async () => {
  one = await authApp({ dial: 5 })
  const { app, db, kit, clock } = one
  const id = await createUser(db, kit.config, { email: 'bob@example.com', password: 'another long one' })
  const token = await issueReset(db, id, clock)
  await setActive(db, id, false)
  const password = 'set while disabled'
  const { status } = await request(app).post('/api/auth/password/reset').send({ token, password })
  expect(status).toBeGreaterThanOrEqual(400)
  await setActive(db, id, true)
  await request(app).post('/api/auth/login').send({ email: 'bob@example.com', password }).expect(401)
})
