import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { parseSettings } from '../../../config/settings.js'
import type { Incoming } from '../../../express/handler.js'
import { authMail } from '../../4-auth/links/auth-mail.js'
import { isFromHere } from './outbox-page.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const DEVELOPMENT = { ENVIRONMENT: 'development', TRUST_PROXY: '0' }
const DEPLOYED = {
  TRUST_PROXY: '0',
  DATABASE_URL: 'postgres://app@localhost/app',
  JWT_SECRET: 'u4Gf8sLq2ZpX7vNc9TbR3wKdYh6MjE1a',
}
let one: AuthApp
afterEach(() => one.dispose())

const start = async (env: Record<string, string>) => {
  one = await authApp({ dial: 5, open: true, env })
}
const post = (path: string, body: object) => request(one.app).post(`/api/auth${path}`).send(body)
const outbox = (headers: object = {}) =>
  request(one.app)
    .get('/auth/outbox')
    .set({ ...headers })

test('in development unsent mails are shown with their links, the newest first', async () => {
  await start(DEVELOPMENT)
  expect((await outbox().expect(200)).text).toContain('Nothing was mailed yet.')
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
  await post('/login', OWNER).expect(200)
  await post('/password/forgot', { email: OWNER.email }).expect(202)
  await authMail(one.kit)!.sendDue()
  const { text, headers } = await outbox().expect(200)
  expect(headers['cache-control']).toBe('no-store')
  expect(headers['referrer-policy']).toBe('no-referrer')
  expect(text).toContain('to owner@example.com')
  const [, path, token] = /<a href="(\/auth\/reset\?token=([\w-]+))">Set a new password<\/a>/.exec(text)!
  await request(one.app).get(path!).expect(200)
  await post('/password/reset', { token, password: 'another long one' }).expect(204)
  await authMail(one.kit)!.sendDue()
  const subjects = [...(await outbox()).text.matchAll(/<strong>([^<]+)<\/strong>/g)].map(([, found]) => found)
  expect(subjects.map((subject) => subject!.split(' for ', 1)[0])).toEqual([
    'Your password',
    'A new password',
  ])
})

test('user-supplied text is escaped there', async () => {
  await start({ ...DEVELOPMENT, AUTH_REQUIRE_EMAIL_VERIFY: 'true' })
  await post('/register', { ...OWNER, email: `"<i>x</i>"@example.com` })
  await post('/register', { ...OWNER, email: `o'<b>x@example.com` })
  await post('/register', OWNER).expect(202)
  await authMail(one.kit)!.sendDue()
  const { text } = await outbox().expect(200)
  expect(text).toContain('/auth/verify?token=')
  expect(text).not.toMatch(/<[ib]>/)
})

test.each([
  ['production', { ...DEPLOYED, ENVIRONMENT: 'production', CORS_ORIGINS: 'https://app.example.com' }],
  ['staging', { ...DEPLOYED, ENVIRONMENT: 'staging', CORS_ORIGINS: 'https://app.example.com' }],
  ['test', { TRUST_PROXY: '0' }],
  ['development with AUTH_OUTBOX=false', { ...DEVELOPMENT, AUTH_OUTBOX: 'false' }],
  [
    'development with a mail server',
    {
      ...DEVELOPMENT,
      SMTP_URL: 'smtp://127.0.0.1:9',
      MAIL_FROM: 'a@example.com',
      PUBLIC_URL: 'http://localhost',
    },
  ],
  ['development behind a proxy', { ...DEVELOPMENT, TRUST_PROXY: '1' }],
])('the page does not exist in %s', async (_where, env) => {
  await start(env)
  const { text } = await outbox().expect(404)
  expect(text).toContain('Not found')
})

test('nor for a request through a proxy, or under another host name', async () => {
  await start(DEVELOPMENT)
  for (const headers of [
    { 'X-Forwarded-For': '127.0.0.1' },
    { 'X-Forwarded-For': '' },
    { 'X-Forwarded-Proto': 'https' },
    { Forwarded: 'for=127.0.0.1' },
    { Via: '1.1 proxy' },
    { 'X-Real-IP': '127.0.0.1' },
    { 'CF-Connecting-IP': '127.0.0.1' },
    { 'True-Client-IP': '127.0.0.1' },
    { Host: 'app.example.com' },
    { Host: 'localhost.example.com' },
    { Host: '127.0.0.1.example.com:3000' },
  ])
    await outbox(headers).expect(404)
  await outbox({ Host: 'localhost:3000' }).expect(200)
  await outbox({ Host: '[::1]:3000' }).expect(200)
})

test('only the connection decides where a request comes from', async () => {
  await start(DEVELOPMENT)
  const asked = (remoteAddress: string | undefined, headers: object = {}) =>
    isFromHere({ socket: { remoteAddress }, headers: { host: 'localhost', ...headers } } as Incoming, 0)
  for (const near of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1']) expect(asked(near)).toBe(true)
  for (const far of [
    '10.0.0.1',
    '::ffff:10.0.0.1',
    '192.168.127.1',
    '2001:db8::1',
    '1127.0.0.1',
    '',
    undefined,
  ])
    expect(asked(far)).toBe(false)
})

test('it cannot be switched on outside development', async () => {
  await start(DEVELOPMENT)
  expect(() => parseSettings({ ENVIRONMENT: 'staging', AUTH_OUTBOX: 'true' })).toThrow('AUTH_OUTBOX=true')
})
