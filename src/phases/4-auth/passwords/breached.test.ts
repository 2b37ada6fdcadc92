// Against a stand-in for the service on loopback: the answers of the real one are not tested here.
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import request from 'supertest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { issueReset } from '../links/reset-token.js'

const BREACHED = 'a breached long one'
const PADDING = 'a padding long one'
const FINE = 'a long enough one'
const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase()
let service: Server
let asked: { url: string; padding: unknown }[]
let answers: 'as it should' | 'never' | 'with an error' | 'elsewhere'
let one: AuthApp

beforeEach(async () => {
  asked = []
  answers = 'as it should'
  service = createServer((req, res) => {
    asked.push({ url: req.url!, padding: req.headers['add-padding'] })
    if (answers === 'never') return
    if (answers === 'elsewhere') res.writeHead(302, { Location: '/range/00000' })
    else if (answers === 'with an error') res.writeHead(500)
    const known = [BREACHED, PADDING].map(sha1).filter((digest) => req.url!.endsWith(digest.slice(0, 5)))
    res.end(known.map((digest) => `${digest.slice(5)}:${digest === sha1(BREACHED) ? 7 : 0}`).join('\r\n'))
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  await start({ PASSWORD_BREACH_URL: `http://127.0.0.1:${(service.address() as AddressInfo).port}/range/` })
})
afterEach(async () => {
  await one.dispose()
  service.closeAllConnections()
  await new Promise((resolve) => service.close(resolve))
})

async function start(env: Record<string, string>): Promise<void> {
  one = await authApp({ env })
}
const post = (path: string, body: object) => request(one.app).post(`/api/auth${path}`).send(body)
const register = (password: string) =>
  post('/register', { email: 'owner@example.com', password, claim_code: CODE })

test('case 48: a breached password is refused, five characters of its digest leave, and no more', async () => {
  const { body } = await register(BREACHED).expect(400)
  expect(body.errors).toEqual([{ field: 'password', message: expect.stringContaining('in a breach') }])
  expect(asked).toEqual([{ url: `/range/${sha1(BREACHED).slice(0, 5)}`, padding: 'true' }])
  await register(PADDING).expect(202)
})

test('case 48: applies to a link and to a change too', async () => {
  await register(FINE).expect(202)
  const login = { email: 'owner@example.com', password: FINE }
  const { access_token } = (await post('/login', login).expect(200)).body
  await post('/password/change', { current_password: FINE, password: BREACHED })
    .set('Authorization', `Bearer ${access_token}`)
    .expect(400)
  await post('/password/reset', { token: await issueReset(one.db, 1), password: BREACHED }).expect(400)
})

test.each(['never', 'with an error', 'elsewhere'] as const)(
  'case 48: a service that answers %s neither refuses nor delays a user, and that is recorded',
  async (how) => {
    answers = how
    const began = performance.now()
    await register(BREACHED).expect(202)
    expect(performance.now() - began).toBeLessThan(4_000)
    await expect
      .poll(() => one.db('usertwo.audit').where({ event: 'breach_unknown' }).pluck('event'))
      .toHaveLength(1)
  },
)

test('nothing is sent unless the check is configured', async () => {
  await one.dispose()
  await start({})
  await register(BREACHED).expect(202)
  expect(asked).toEqual([])
})
