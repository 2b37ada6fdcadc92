import request from 'supertest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuthApp, type AuthAppOptions, authApp, CODE } from '../../../../test/support/auth-app.js'
import { type MailServer, mailServer } from '../../../../test/support/mail-server.js'
import { authMail } from '../links/auth-mail.js'
import { issueReset } from '../links/reset-token.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const NEW = 'another long one'
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
  request(one.app).post(path).set('X-Forwarded-For', `10.3.0.${++address}`).send(body)
const login = (password: string) => post('/api/auth/login', { ...OWNER, password })
const forgot = (email: string) => post('/api/auth/password/forgot', { email })
/** Sends what is due, as the timer would. */
const sendDue = () => authMail(one.kit)!.sendDue()
const rows = () => one.db('usertwo.outbox').orderBy('id')
const linkIn = (raw: string) => {
  const text = raw.replace(/=\r\n/g, '').replace(/=3D/g, '=')
  return /https:\/\/app\.example\.com(\/auth\/reset\?token=([\w-]+))/.exec(text)!
}

async function start({ env, ...options }: AuthAppOptions = {}): Promise<void> {
  const mailed = {
    SMTP_URL: mail.url,
    MAIL_FROM: 'App <no-reply@example.com>',
    PUBLIC_URL: 'https://app.example.com',
  }
  one = await authApp({ dial: 5, ...options, env: { ...mailed, ...env } })
  await post('/api/auth/register', { ...OWNER, claim_code: CODE }).expect(202)
}

test('a forgotten password is set again by a link that is mailed to the stored address', async () => {
  await start()
  await forgot(' OWNER@example.com ').expect(202)
  await sendDue()
  expect(mail.taken.map(({ to }) => to)).toEqual([[OWNER.email]])
  const [, path, token] = linkIn(mail.taken[0]!.raw)
  expect(JSON.stringify([await rows(), await one.db('usertwo.password_resets')])).not.toContain(token)
  // A mail scanner opens the link first.
  await request(one.app).get(path!).expect(200)
  await post('/api/auth/password/reset', { token, password: NEW }).expect(204)
  // The account's owner is notified that the link was used.
  await sendDue()
  expect(mail.taken.map(({ to }) => to)).toEqual([[OWNER.email], [OWNER.email]])
  expect(mail.taken[1]!.raw).toContain('was changed')
  await login(NEW).expect(200)
  expect(await one.db('usertwo.audit').where({ event: 'reset_asked' }).pluck('user_id')).toEqual([1])
})

test('case 78: a link begins with PUBLIC_URL, whatever host the request names', async () => {
  await start()
  const headers = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' }
  await forgot(OWNER.email).set(headers).expect(202)
  await sendDue()
  expect(linkIn(mail.taken[0]!.raw)).not.toBeNull()
  expect(mail.taken[0]!.raw).not.toContain('evil.example')
})

test('no answer reveals whether an account exists, and nothing is stored about an unknown address', async () => {
  await start()
  const known = await forgot(OWNER.email).expect(202)
  const unknown = await forgot('unknown@example.com').expect(202)
  expect(unknown.body).toEqual(known.body)
  expect(await rows()).toHaveLength(1)
  expect(JSON.stringify([await rows(), await one.db('usertwo.audit')])).not.toContain('unknown@')
})

test('many requests within a minute send one mail, and a request a minute later another', async () => {
  await start()
  for (let n = 0; n < 4; n++) await forgot(OWNER.email).expect(202)
  await sendDue()
  expect(mail.taken).toHaveLength(1)
  one.clock.move(61)
  await forgot(OWNER.email).expect(202)
  await sendDue()
  expect(mail.taken).toHaveLength(2)
})

const tokens = () => mail.taken.splice(0).map(({ raw }) => linkIn(raw)[2]!)
const reset = (token: string) => post('/api/auth/password/reset', { token, password: NEW })

test('U11: a mailed link works although others were requested since; setting a password ends them all', async () => {
  await start()
  const links: string[] = []
  for (let n = 0; n < 3; n++) {
    await forgot(OWNER.email).expect(202)
    await sendDue()
    expect(mail.taken[0]!.raw).toContain('A link that was mailed earlier works too')
    links.push(...tokens())
    one.clock.move(61)
  }
  expect(links).toHaveLength(3)
  for (const token of links) await request(one.app).get(`/auth/reset?token=${token}`).expect(200)
  await reset(links[0]!).expect(204)
  for (const token of links) await reset(token).expect(400)
})

test('U14: an ended link leads to the form that mails a new one', async () => {
  await start()
  const dead = await request(one.app).get('/auth/reset?token=none').expect(400)
  expect(dead.text).toContain('Ask for a new one.')
  expect(dead.text).toContain('<form method="post" action="/auth/forgot">')
  const sent = request(one.app).post('/auth/reset').set('Origin', 'null').type('form')
  const late = await sent.send({ token: 'none', password: NEW }).expect(400)
  expect(late.text).toContain('<form method="post" action="/auth/forgot">')
})

test('the operator’s link works although others were mailed since', async () => {
  await start()
  const handedOn = await issueReset(one.db, 1, one.clock)
  await forgot(OWNER.email).expect(202)
  await sendDue()
  await reset(handedOn).expect(204)
})

test('U11: a day of requests mails at most eight links, and one of them always works', async () => {
  await start()
  const mailed: string[] = []
  let total = 0
  for (let minutes = 0; minutes < 2 * 24 * 60; minutes += 20) {
    await forgot(OWNER.email).expect(202)
    await sendDue()
    const links = tokens()
    total += links.length
    mailed.push(...links)
    await request(one.app)
      .get(`/auth/reset?token=${mailed.at(-1)}`)
      .expect(200)
    if (minutes === 23 * 60) expect(total).toBe(8)
    one.clock.move(20 * 60)
  }
  expect(total).toBe(14)
}, 120_000)

test('many simultaneous requests, in two processes, send one mail', async () => {
  await start()
  const env = { SMTP_URL: mail.url, MAIL_FROM: 'a@example.com', PUBLIC_URL: 'https://app.example.com' }
  const other = await authApp({ dial: 5, url: one.url, env })
  const ask = ({ app }: AuthApp) =>
    request(app)
      .post('/api/auth/password/forgot')
      .set('X-Forwarded-For', `10.3.1.${++address}`)
      .send({ email: OWNER.email })
      .expect(202)
  await Promise.all(Array.from({ length: 12 }, (_, n) => ask(n % 2 ? one : other)))
  expect(await rows()).toHaveLength(1)
  await other.dispose()
})

test('one address may make five requests a minute, whichever accounts they name', async () => {
  await start()
  const ask = (n: number) =>
    request(one.app)
      .post('/api/auth/password/forgot')
      .set('X-Forwarded-For', '10.9.9.9')
      .send({ email: `p${n}@example.com` })
  for (let n = 0; n < 5; n++) await ask(n).expect(202)
  await ask(5).expect(429)
})

test('a mail that the server refuses is sent again after 1, 2, 4 … minutes with a new link, and given up after a day', async () => {
  await start()
  mail.refuses = true
  await forgot(OWNER.email).expect(202)
  await sendDue()
  await sendDue()
  expect(await rows()).toMatchObject([{ attempts: 1, sent_at: null, last_error: 'EMESSAGE 451' }])
  one.clock.move(61)
  await sendDue()
  expect(await rows()).toMatchObject([{ attempts: 2, given_up_at: null }])
  one.clock.move(86_400)
  await sendDue()
  expect((await rows())[0].given_up_at).not.toBeNull()
  mail.refuses = false
  one.clock.move(86_400)
  await sendDue()
  expect(mail.taken).toEqual([])
})

test('mail that an ended process left is sent when the next one starts', async () => {
  await start()
  mail.refuses = true
  await forgot(OWNER.email).expect(202)
  await sendDue()
  mail.refuses = false
  one.clock.move(61)
  const other = await authApp({
    dial: 5,
    url: one.url,
    env: { SMTP_URL: mail.url, MAIL_FROM: 'a@example.com', PUBLIC_URL: 'https://app.example.com' },
  })
  other.clock.move(61)
  await authMail(other.kit)!.sendDue()
  expect(mail.taken).toHaveLength(1)
  await other.dispose()
})

test('an account that was disabled in the meantime gets no mail', async () => {
  await start()
  mail.refuses = true
  await forgot(OWNER.email).expect(202)
  await sendDue()
  mail.refuses = false
  await one.db('usertwo.credentials').update({ is_active: false })
  one.clock.move(61)
  await sendDue()
  expect([mail.taken, (await rows())[0].sent_at === null]).toEqual([[], false])
})

test('an unreachable mail server delays no answer: it is the same', async () => {
  await start({ env: { SMTP_URL: 'smtp://127.0.0.1:9' } })
  const began = performance.now()
  await forgot(OWNER.email).expect(202)
  expect(performance.now() - began).toBeLessThan(2_000)
  await sendDue()
  expect(await rows()).toMatchObject([{ sent_at: null, last_error: 'ESOCKET' }])
})

test('without SMTP_URL, and at 4, where no page opens a link, the route does not exist', async () => {
  const isTheApps = async () => {
    const { body } = await forgot(OWNER.email)
    expect(body).toEqual({ app: '/api/auth/password/forgot', user: null })
  }
  await start({ dial: 4 })
  await isTheApps()
  await one.dispose()
  await start({ env: { SMTP_URL: '' } })
  await isTheApps()
  expect((await request(one.app).get('/auth/login')).text).not.toContain('/auth/forgot')
})

test('the page asks for the address, answers as the API does, and is linked from the login page', async () => {
  await start()
  const { text } = await request(one.app).get('/auth/login').expect(200)
  expect(text).toContain('href="/auth/forgot"')
  await request(one.app).get('/auth/forgot').expect(200)
  const page = await request(one.app).post('/auth/forgot').type('form').send({ email: OWNER.email })
  expect(page.status).toBe(200)
  expect(page.text).toContain('a link is on its way')
  await sendDue()
  expect(mail.taken).toHaveLength(1)
})
