import request from 'supertest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuthApp, type AuthAppOptions, authApp, CODE } from '../../../../test/support/auth-app.js'
import { linksIn, type MailServer, mailServer } from '../../../../test/support/mail-server.js'
import { authMail } from '../links/auth-mail.js'
import { issueReset } from '../links/reset-token.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const ANN = { email: 'ann@example.com', password: 'her own long one' }
const NEW = 'new@example.com'
let mail: MailServer
let one: AuthApp
let token: string

beforeEach(async () => {
  mail = await mailServer()
})
afterEach(async () => {
  await one.dispose()
  await mail.stop()
})

let address = 0
const post = (path: string, body: object, as = token) =>
  request(one.app)
    .post(`/api/auth${path}`)
    .set('X-Forwarded-For', `10.7.0.${++address}`)
    .set(as ? { Authorization: `Bearer ${as}` } : {})
    .send(body)
const login = async (who: object): Promise<string> =>
  (await post('/login', who, '').expect(200)).body.access_token
const change = (email: string, password = OWNER.password) => post('/email/change', { password, email })
const confirm = (link: string, as = token) => post('/email/confirm', { token: link }, as)
const stored = () => one.db('users').where({ id: 1 }).first('email')
/** Returns the mails since the last call: recipients, subjects, and the token of a change. */
const mailed = async () => {
  await authMail(one.kit)!.sendDue()
  return mail.taken.splice(0).map(({ to, raw }) => ({
    to: to[0],
    subject: /^Subject: (.*)$/m.exec(raw)![1]!.trim(),
    token: /\/auth\/email\?token=([\w-]{43})$/.exec(linksIn(raw)[0] ?? '')?.[1] ?? '',
  }))
}
const linkTo = async (email: string) => {
  await change(email).expect(202)
  return (await mailed()).find(({ to }) => to === email)!.token
}

async function start(options: AuthAppOptions = {}): Promise<void> {
  const env = { SMTP_URL: mail.url, MAIL_FROM: 'a@example.com', PUBLIC_URL: 'https://app.example.com' }
  one = await authApp({ dial: 5, open: true, env, ...options })
  await post('/register', { ...OWNER, claim_code: CODE }, '').expect(202)
  token = await login(OWNER)
}

test('case 82: the old address stays until the new one is confirmed, and is notified of both', async () => {
  await start()
  await change(NEW).expect(202)
  const mails = await mailed()
  expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
    [NEW, 'Your new address for usertwo'],
    [OWNER.email, 'Your address for usertwo is to be changed'],
  ])
  expect(await stored()).toEqual({ email: OWNER.email })
  await login(OWNER)
  await confirm(mails[0]!.token).expect(204)
  expect(await stored()).toEqual({ email: NEW })
  await post('/login', OWNER, '').expect(401)
  await login({ ...OWNER, email: NEW })
  expect(await mailed()).toMatchObject([{ to: OWNER.email, subject: 'Your address for usertwo was changed' }])
})

test('case 82: a link confirms the address it was mailed to and no other, however many are requested at once', async () => {
  await start()
  const asked = ['a@example.com', 'b@example.com', 'c@example.com']
  for (const { status } of await Promise.all(asked.map((email) => change(email)))) expect(status).toBe(202)
  const links = (await mailed()).filter(({ token }) => token)
  const outcomes = []
  for (const { token } of links) outcomes.push((await confirm(token)).status)
  expect(outcomes.filter((status) => status === 204)).toHaveLength(1)
  expect(await stored()).toEqual({ email: links[outcomes.indexOf(204)]!.to })
})

test('case 82: reading the mailbox is not enough: only the user who asked can confirm, logged in', async () => {
  await start()
  await post('/register', ANN, '').expect(202)
  await one.db('usertwo.credentials').update({ must_verify: false })
  const link = await linkTo(NEW)
  await confirm(link, '').expect(401)
  const { body } = await confirm(link, await login(ANN)).expect(400)
  expect((await confirm('no such token').expect(400)).body).toEqual(body)
  await confirm(link).expect(204)
})

test('case 79: of ten simultaneous uses one succeeds; an hour later, after another change, and with a new password none works', async () => {
  await start()
  const late = await linkTo('late@example.com')
  one.clock.move(3_601)
  await confirm(late).expect(400)
  const before = await linkTo('before@example.com')
  await one.db('users').where({ id: 1 }).update({ email: 'other@example.com' })
  await confirm(before).expect(400)
  await one.db('users').where({ id: 1 }).update({ email: OWNER.email })
  const link = await linkTo(NEW)
  await post('/password/change', { current_password: OWNER.password, password: 'another long one' }).expect(
    204,
  )
  await confirm(link).expect(400)
  await change(NEW, 'another long one').expect(202)
  const newest = (await mailed()).find(({ to }) => to === NEW)!.token
  const all = await Promise.all(Array.from({ length: 10 }, () => confirm(newest)))
  expect(all.filter(({ status }) => status === 204)).toHaveLength(1)
})

test('case 79: a link to set a password that was mailed to the old address is dead with it', async () => {
  await start()
  const reset = await issueReset(one.db, 1, one.clock)
  await confirm(await linkTo(NEW)).expect(204)
  await post('/password/reset', { token: reset, password: 'another long one' }, '').expect(400)
})

test('setting a password by a link cancels a pending change', async () => {
  await start()
  const link = await linkTo(NEW)
  await post(
    '/password/reset',
    { token: await issueReset(one.db, 1, one.clock), password: 'another long one' },
    '',
  )
  token = await login({ ...OWNER, password: 'another long one' })
  await confirm(link).expect(400)
})

test('case 77: a taken address is answered like a free one, and its owner gets no mail', async () => {
  await start()
  await post('/register', ANN, '').expect(202)
  await mailed()
  const taken = await change(ANN.email).expect(202)
  const free = await change(NEW).expect(202)
  expect(taken.body).toEqual(free.body)
  expect((await mailed()).map(({ to }) => to)).toEqual([NEW, OWNER.email])
  expect(await one.db('usertwo.links').where({ kind: 'email' }).pluck('email')).toEqual([NEW])
})

test('an address that another user took in the meantime is refused', async () => {
  await start()
  const link = await linkTo(ANN.email)
  await post('/register', ANN, '').expect(202)
  await confirm(link).expect(400)
  expect(await stored()).toEqual({ email: OWNER.email })
})

test('case 35: a password attempt counts against the login budget, and at most five changes an hour are mailed', async () => {
  await start()
  await post('/email/change', { password: OWNER.password, email: NEW }, '').expect(401)
  const wrong = await change(NEW, 'not the right one').expect(401)
  expect(wrong.body).toMatchObject({ code: 'invalid_credentials', errors: [{ field: 'password' }] })
  for (let n = 0; n < 4; n++) await change(NEW, 'not the right one').expect(401)
  await post('/login', OWNER, '').expect(401)
  one.clock.move(86_401)
  token = await login(OWNER)
  const same = await change('OWNER@example.com').expect(400)
  expect(same.body.errors).toMatchObject([{ field: 'email' }])
  for (let n = 0; n < 5; n++) await change(`new${n}@example.com`).expect(202)
  expect((await change(NEW).expect(429)).headers['retry-after']).toMatch(/^3\d{3}$/)
})

test('case 59: only hashes are stored, and the outbox holds neither address nor link', async () => {
  await start()
  const link = await linkTo(NEW)
  expect(JSON.stringify(await one.db('usertwo.links'))).not.toContain(link)
  expect(JSON.stringify(await one.db('usertwo.outbox'))).not.toContain('example.com')
  const [{ token_hash }] = await one.db('usertwo.links')
  await confirm(token_hash).expect(400)
})

test('case 82: a page requests the change, and only the button of the logged-in user makes it', async () => {
  await start()
  const form = (path: string, body: object) =>
    request(one.app).post(path).set('X-Forwarded-For', `10.8.0.${++address}`).type('form').send(body)
  const { headers } = await form('/auth/login', OWNER).expect(303)
  const Cookie = (headers['set-cookie'] as unknown as string[])
    .map((line) => line.split(';', 1)[0])
    .join('; ')
  const own = { Cookie, 'Sec-Fetch-Site': 'same-origin' }
  const account = await request(one.app).get('/auth/account').set(own).expect(200)
  expect(account.text).toContain('href="/auth/email"')
  await request(one.app).get('/auth/email').expect(303)
  expect((await request(one.app).get('/auth/email').set(own).expect(200)).text).toContain('New e-mail')
  const wrong = await form('/auth/email/change', { email: NEW, password: 'x' }).set(own).expect(401)
  expect(wrong.text).toContain('id="password-error"')
  const given = { email: NEW, password: OWNER.password }
  await form('/auth/email/change', given).set({ Cookie, 'Sec-Fetch-Site': 'cross-site' }).expect(403)
  const asked = await form('/auth/email/change', given).set(own).expect(303)
  expect(asked.headers.location).toBe('/auth/account?done=email_asked')
  const link = (await mailed()).find(({ to }) => to === NEW)!.token
  const shown = await request(one.app).get(`/auth/email?token=${link}`).expect(200)
  expect(shown.headers['referrer-policy']).toBe('no-referrer')
  // As browsers send a form from a page without a referrer.
  const press = (sent: object) => form('/auth/email', { token: link }).set({ Origin: 'null', ...sent })
  expect((await press({}).expect(401)).text).toContain('Log in first, in this browser.')
  await press({ Cookie }).expect(303)
  expect(await stored()).toEqual({ email: NEW })
  expect((await press({ Cookie }).expect(400)).text).toContain('Ask for a new one.')
})
