import request from 'supertest'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { linksIn, type MailServer, mailServer } from '../../../../test/support/mail-server.js'
import { authMail } from './auth-mail.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
let mail: MailServer
let one: AuthApp

beforeEach(async () => {
  mail = await mailServer()
})
afterEach(async () => {
  await one.dispose()
  await mail.stop()
})

let address = 0
const post = (path: string, body: object) =>
  request(one.app).post(`/api/auth${path}`).set('X-Forwarded-For', `10.9.0.${++address}`).send(body)
const guess = (email = OWNER.email) => post('/login', { email, password: 'not the right one' }).expect(401)
const noted = (): Promise<{ kind: string }[]> => one.db('usertwo.outbox').orderBy('id').select('kind')
const start = async (env: Record<string, string> = {}) => {
  const mailed = { SMTP_URL: mail.url, MAIL_FROM: 'a@example.com', PUBLIC_URL: 'https://app.example.com' }
  one = await authApp({ dial: 5, env: { ...mailed, ...env } })
}

test('case 32: the owner of an account is notified at the fifth wrong password, once a day', async () => {
  await start()
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
  for (let n = 0; n < 4; n++) await guess()
  await guess('unknown@example.com')
  expect(await noted()).toEqual([])
  await guess()
  await vi.waitFor(async () => expect(await noted()).toEqual([{ kind: 'guessing' }]))
  await authMail(one.kit)!.sendDue()
  expect(mail.taken.map(({ to }) => to)).toEqual([[OWNER.email]])
  expect(linksIn(mail.taken[0]!.raw)).toEqual(['https://app.example.com/auth/forgot'])
  for (let n = 0; n < 3; n++) {
    one.clock.move(10_000)
    await guess()
  }
  await authMail(one.kit)!.sendDue()
  expect(await noted()).toHaveLength(1)
  one.clock.move(86_400)
  for (let n = 0; n < 5; n++) await guess()
  await vi.waitFor(async () => expect(await noted()).toHaveLength(2))
})

test('case 42: the reader of OWNER_EMAIL’s mailbox can claim, and knowing the address is not enough', async () => {
  await start({ OWNER_EMAIL: OWNER.email })
  const asked = await post('/password/forgot', { email: OWNER.email }).expect(202)
  expect((await post('/password/forgot', { email: 'eve@example.com' }).expect(202)).body).toEqual(asked.body)
  await post('/password/forgot', { email: OWNER.email }).expect(202)
  await post('/register', OWNER).expect(403)
  await authMail(one.kit)!.sendDue()
  expect(mail.taken.map(({ to }) => to)).toEqual([[OWNER.email]])
  const [link] = linksIn(mail.taken[0]!.raw)
  const code = /^https:\/\/app\.example\.com\/auth\/register#claim=([A-Z2-9]{4}-[A-Z2-9]{4})&email=/.exec(
    link!,
  )![1]
  expect(JSON.stringify([await one.db('usertwo.claims'), await one.db('usertwo.outbox')])).not.toContain(code)
  await post('/register', { ...OWNER, claim_code: code }).expect(202)
  await post('/login', OWNER).expect(200)
  expect(await one.db('users').where({ id: 1 }).first('is_admin')).toEqual({ is_admin: true })
  // From now on this is a forgotten password.
  one.clock.move(3_601)
  await post('/password/forgot', { email: OWNER.email }).expect(202)
  await authMail(one.kit)!.sendDue()
  expect(linksIn(mail.taken[1]!.raw)[0]).toContain('/auth/reset?token=')
})

test('case 42: a code that was mailed leaves the printed one as it is, and nothing is mailed once the owner can log in', async () => {
  await start({ OWNER_EMAIL: OWNER.email })
  mail.refuses = true
  await post('/password/forgot', { email: OWNER.email }).expect(202)
  await authMail(one.kit)!.sendDue()
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
  mail.refuses = false
  one.clock.move(61)
  await authMail(one.kit)!.sendDue()
  expect(mail.taken).toEqual([])
})
