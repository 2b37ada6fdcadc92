import request from 'supertest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuthApp, type AuthAppOptions, authApp, CODE } from '../../../../test/support/auth-app.js'
import { linksIn, type MailServer, mailServer } from '../../../../test/support/mail-server.js'
import { authMail } from './auth-mail.js'
import { issueReset } from './reset-token.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const ANN = { email: 'ann@example.com', password: 'her own long one' }
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
const from = () => `10.5.${Math.floor(++address / 250)}.${address % 250}`
const post = (path: string, body: object) =>
  request(one.app).post(path).set('X-Forwarded-For', from()).send(body)
const form = (path: string, body: object) => post(path, body).type('form')
const register = (who: object) => post('/api/auth/register', who)
const login = (who: object) => post('/api/auth/login', who)
const verify = (token: string) => post('/api/auth/verify-email', { token })
const sendDue = () => authMail(one.kit)!.sendDue()
/** Returns the mails since the last call: recipients, and the tokens of confirmation links. */
const mailed = async () => {
  await sendDue()
  return mail.taken
    .splice(0)
    .map(({ to, raw }) => ({ to: to[0], tokens: linksIn(raw).flatMap((link) => tokenOf(link)), raw }))
}
const tokenOf = (link: string) => /\/auth\/verify\?token=([\w-]{43})$/.exec(link)?.[1] ?? []

async function start({ env, ...options }: AuthAppOptions = {}): Promise<void> {
  const PUBLIC_URL = 'https://app.example.com'
  one = await authApp({
    dial: 5,
    open: true,
    ...options,
    env: { SMTP_URL: mail.url, MAIL_FROM: 'App <no-reply@example.com>', PUBLIC_URL, ...env },
  })
  await register({ ...OWNER, claim_code: CODE }).expect(202)
}

/** In development and test the answer has a token besides, see dev-verify-token.test.ts. */
const DEPLOYED = { env: { ENVIRONMENT: 'staging' } }

async function registered(): Promise<string> {
  await start()
  await register(ANN).expect(202)
  return (await mailed())[0]!.tokens[0]!
}

test('case 51: a user who has not confirmed their address cannot log in; only the right password reveals why', async () => {
  const token = await registered()
  const told = await login(ANN).expect(403)
  expect(told.body).toMatchObject({ code: 'email_not_verified' })
  expect(told.headers['set-cookie']).toBeUndefined()
  const wrong = await login({ ...ANN, password: 'not the right one' }).expect(401)
  const unknown = await login({ ...ANN, email: 'unknown@example.com' }).expect(401)
  expect(wrong.body).toEqual(unknown.body)
  await verify(token).expect(204)
  await login(ANN).expect(200)
  const noted = await one.db('usertwo.audit').where({ user_id: 2 }).orderBy('id').pluck('event')
  expect(noted).toEqual(['registered', 'login_unverified', 'login_failed', 'email_verified', 'login'])
})

test('case 14: the login of a user who has to confirm their address again ends at once', async () => {
  await verify(await registered()).expect(204)
  const { body } = await login(ANN).expect(200)
  const me = () => request(one.app).get('/api/auth/me').set('Authorization', `Bearer ${body.access_token}`)
  await me().expect(200)
  await one.db('usertwo.credentials').where({ user_id: 2 }).update({ is_verified: false })
  await me().expect(401)
})

test('case 40: a taken address gets the same answer as a new one, and the difference is mailed', async () => {
  await start(DEPLOYED)
  const free = await register(ANN).expect(202)
  const taken = await register({ ...OWNER, password: 'another user’s one' }).expect(202)
  expect(taken.body).toEqual(free.body)
  const mails = await mailed()
  expect(mails.map(({ to, tokens }) => [to, tokens.length])).toEqual([
    [ANN.email, 1],
    [OWNER.email, 0],
  ])
  expect(mails[1]!.raw).toContain('You already have an account')
  await login(OWNER).expect(200)
})

test('case 40: a page answers both the same and logs in neither, and a taken address is notified once an hour', async () => {
  await start()
  const free = await form('/auth/register', ANN).expect(200)
  const taken = await form('/auth/register', { ...OWNER, password: OWNER.password }).expect(200)
  const shown = ({ text }: { text: string }) => text.replace(/value="[^"]*"/g, '')
  expect(shown(taken)).toEqual(shown(free))
  expect(shown(free)).toContain('A mail is on its way')
  expect([free.headers['set-cookie'], taken.headers['set-cookie']]).toEqual([undefined, undefined])
  for (let n = 0; n < 3; n++) await register(OWNER).expect(202)
  expect((await mailed()).map(({ to }) => to)).toEqual([ANN.email, OWNER.email])
  one.clock.move(3_601)
  await register(OWNER).expect(202)
  expect((await mailed()).map(({ to }) => to)).toEqual([OWNER.email])
})

test('case 40: the work is the same for both', async () => {
  await start(DEPLOYED)
  // What is done before the answer, without the sending, for which no answer waits.
  authMail(one.kit)!.hurry = () => {}
  const asked = async (who: object) => {
    const seen: string[] = []
    const note = ({ sql }: { sql: string }) => void seen.push(sql)
    one.db.on('query', note)
    await register(who).expect(202)
    one.db.off('query', note)
    return seen.filter((sql) => /insert into|setval|commit/i.test(sql) && !sql.includes('audit')).sort()
  }
  const free = await asked(ANN)
  expect(free.filter((sql) => sql.includes('outbox'))).toHaveLength(1)
  expect(await asked(ANN)).toEqual(free)
})

test('case 47: opening a link leaves it valid, its button uses it up, and a second use fails', async () => {
  const token = await registered()
  const page = `/auth/verify?token=${token}`
  await request(one.app).head(page).expect(200)
  const shown = await request(one.app).get(page).expect(200)
  expect(shown.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' })
  expect(shown.text).toContain('Confirm the address</button>')
  await login(ANN).expect(403)
  // As browsers send a form from a page without a referrer.
  const press = () => form('/auth/verify', { token }).set('Origin', 'null')
  expect((await press().expect(200)).text).toContain('The address is confirmed.')
  const again = await press().expect(400)
  expect(again.text).toContain('Ask for a new one.')
  expect(again.text).toContain('action="/auth/verify/resend"')
  await login(ANN).expect(200)
})

test('case 47: a link confirms only the address it was mailed to', async () => {
  const token = await registered()
  await one.db('users').where({ id: 2 }).update({ email: 'other@example.com' })
  await verify(token).expect(400)
  await one.db('users').where({ id: 2 }).update({ email: ANN.email })
  await verify(token).expect(204)
})

test('case 59: only the hash of a link is stored, and it does not work as a link', async () => {
  const token = await registered()
  const [{ token_hash }] = await one.db('usertwo.links')
  expect(JSON.stringify([await one.db('usertwo.links'), await one.db('usertwo.outbox')])).not.toContain(token)
  await verify(token_hash).expect(400)
})

test('case 8: a link for one thing does nothing else', async () => {
  const token = await registered()
  const reset = await issueReset(one.db, 2, one.clock)
  const refused = await verify(reset).expect(400)
  const swapped = await post('/api/auth/password/reset', { token, password: 'another long one' }).expect(400)
  expect(swapped.body).toEqual(refused.body)
  await request(one.app).get('/api/auth/me').set('Authorization', `Bearer ${token}`).expect(401)
  await one.db('usertwo.links').update({ kind: 'another' })
  expect((await verify(token).expect(400)).body).toEqual(refused.body)
})

test('case 79: of ten simultaneous uses one succeeds, and a day later none works', async () => {
  await registered()
  one.clock.move(61)
  await post('/api/auth/verify-email/resend', { email: ANN.email }).expect(202)
  const [mail] = await mailed()
  one.clock.move(86_401)
  await verify(mail!.tokens[0]!).expect(400)
  await post('/api/auth/verify-email/resend', { email: ANN.email }).expect(202)
  const [newest] = (await mailed())[0]!.tokens
  const all = await Promise.all(Array.from({ length: 10 }, () => verify(newest!)))
  expect(all.filter(({ status }) => status === 204)).toHaveLength(1)
})

test('a link works although another was requested since, and using one ends the others', async () => {
  const old = await registered()
  one.clock.move(61)
  await post('/api/auth/verify-email/resend', { email: ANN.email }).expect(202)
  const [mail] = await mailed()
  await verify(old).expect(204)
  await verify(mail!.tokens[0]!).expect(400)
})

test('case 51: another link is mailed once a minute for an account, only to a user who needs one, and no answer reveals it', async () => {
  await start()
  await register(ANN).expect(202)
  await mailed()
  const resend = (email: string) => post('/api/auth/verify-email/resend', { email }).expect(202)
  one.clock.move(61)
  const answers = []
  for (const email of [ANN.email, ANN.email, OWNER.email, 'unknown@example.com'])
    answers.push(await resend(email))
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  expect((await mailed()).map(({ to }) => to)).toEqual([ANN.email])
  const ask = () =>
    request(one.app).post('/api/auth/verify-email/resend').set('X-Forwarded-For', '10.9.9.9').send(ANN)
  for (let n = 0; n < 5; n++) await ask().expect(202)
  await ask().expect(429)
})

test('a page tells a user with the right password what to do, and mails another link', async () => {
  await start()
  await register(ANN).expect(202)
  await mailed()
  one.clock.move(61)
  const told = await form('/auth/login', ANN).expect(403)
  expect(told.text).toContain('Confirm your address first')
  expect(told.text).toContain(`value="${ANN.email}"`)
  expect((await form('/auth/verify/resend', { email: ANN.email }).expect(200)).text).toContain('on its way')
  expect(await mailed()).toHaveLength(1)
  await request(one.app).get('/auth/verify').expect(200)
})

test('a password set by a link confirms the address too', async () => {
  await registered()
  const token = await issueReset(one.db, 2, one.clock)
  const password = 'another long one'
  await post('/api/auth/password/reset', { token, password }).expect(204)
  await login({ ...ANN, password }).expect(200)
})

test('existing users need not confirm; where confirmation is off, registering works as without mail', async () => {
  await start({ env: { AUTH_REQUIRE_EMAIL_VERIFY: 'false' } })
  await login(OWNER).expect(200)
  await register(ANN).expect(202)
  expect(await mailed()).toEqual([])
  await login(ANN).expect(200)
  const { body } = await request(one.app).get('/api/auth/config')
  expect(body.email_verification).toBe(false)
})

test('case 116: an unreachable mail server changes neither the answer nor the account, and the link comes later', async () => {
  await start()
  mail.refuses = true
  const { body } = await register(ANN).expect(202)
  await sendDue()
  mail.refuses = false
  expect(body.message).toContain('A mail is on its way')
  one.clock.move(61)
  const [token] = (await mailed())[0]!.tokens
  await verify(token!).expect(204)
  await login(ANN).expect(200)
})

test('case 52: an address with a header in it is invalid', async () => {
  await start()
  for (const email of ['a@example.com\r\nBcc: b@example.com', 'a@example.com\nBcc:b@example.com'])
    await register({ ...ANN, email }).expect(400)
  expect(await mailed()).toEqual([])
})
