import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, authApp } from '../../../../test/support/auth-app.js'

const ANN = { email: 'ann@example.com', password: 'her own long one' }
// Nothing listens there: only the answers are tested.
const MAIL = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'App <no-reply@example.com>' }
let one: AuthApp
afterEach(() => one.dispose())

const post = (path: string, body: object) => request(one.app).post(path).send(body)
const register = (who: object) => post('/api/auth/register', who).expect(202)
const verify = (token: string) => post('/api/auth/verify-email', { token })
const start = async (env: Record<string, string>) => {
  one = await authApp({
    dial: 5,
    open: true,
    env: { PUBLIC_URL: 'https://app.example.com', ...MAIL, ...env },
  })
}

test.each(['development', 'test'])(
  'in %s the answer has a token that confirms the address',
  async (ENVIRONMENT) => {
    await start({ ENVIRONMENT })
    const { dev_verify_token } = (await register(ANN)).body
    await post('/api/auth/login', ANN).expect(403)
    await verify(dev_verify_token).expect(204)
    await post('/api/auth/login', ANN).expect(200)
    await verify(dev_verify_token).expect(400)
  },
)

test('a taken address gets one of the same form, which confirms nothing', async () => {
  await start({})
  const [free, taken] = [
    (await register(ANN)).body,
    (await register({ ...ANN, password: 'another long one' })).body,
  ]
  expect(taken).toEqual({ ...free, dev_verify_token: expect.stringMatching(/^[\w-]{43}$/) })
  expect(taken.dev_verify_token).not.toBe(free.dev_verify_token)
  await verify(taken.dev_verify_token).expect(400)
  await post('/api/auth/login', ANN).expect(403)
})

test.each(['staging', 'production'])(
  'in %s there is no token, and a taken address gets the same answer',
  async (ENVIRONMENT) => {
    await start({ ENVIRONMENT, DATABASE_URL: 'postgres://not-read-here/app' })
    const [free, taken] = [(await register(ANN)).body, (await register(ANN)).body]
    expect(free).toEqual({ message: expect.any(String) })
    expect(taken).toEqual(free)
  },
)

test('without mail there is nothing to confirm, and no token', async () => {
  one = await authApp({ dial: 5, open: true })
  expect((await register(ANN)).body).toEqual({ message: expect.any(String) })
})
