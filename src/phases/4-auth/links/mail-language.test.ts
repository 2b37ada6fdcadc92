// E-mails in the language of the request that caused them, as a real mail server takes them.
import request from 'supertest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { type MailServer, mailServer } from '../../../../test/support/mail-server.js'
import type { ConfigInput } from '../../../config/config.js'
import { authMail } from './auth-mail.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const ANN = { email: 'ann@example.com', password: 'another long one' }
let mail: MailServer
let one: AuthApp

beforeEach(async () => {
  mail = await mailServer()
})
afterEach(async () => {
  await one.dispose()
  await mail.stop()
})

async function start(auth: ConfigInput['auth']): Promise<void> {
  const env = {
    SMTP_URL: mail.url,
    MAIL_FROM: 'App <no-reply@example.com>',
    PUBLIC_URL: 'https://app.example.com',
    AUTH_REQUIRE_EMAIL_VERIFY: 'true',
  }
  one = await authApp({ dial: 5, open: true, env, config: { name: 'Comic pile', auth } })
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
}

const post = (path: string, body: object, language?: string) => {
  const sent = request(one.app).post(`/api/auth${path}`).send(body)
  return language === undefined ? sent : sent.set('Accept-Language', language)
}
const form = (path: string, fields: object, language: string) =>
  request(one.app)
    .post(`/auth${path}`)
    .set('Accept-Language', language)
    .set('Sec-Fetch-Site', 'same-origin')
    .type('form')
    .send(fields)

/** What a reader sees of each mail that the server has taken since the last call. */
async function taken(): Promise<{ subject: string; text: string }[]> {
  await authMail(one.kit)!.sendDue()
  return mail.taken.splice(0).map(({ raw }) => ({ subject: subjectOf(raw), text: decoded(raw) }))
}

const bytes = (text: string) =>
  text.replace(/=([\dA-F]{2})/g, (_all, code) => String.fromCharCode(Number.parseInt(code, 16)))
const utf8 = (text: string) => Buffer.from(text, 'latin1').toString('utf8')
const decoded = (raw: string) => utf8(bytes(raw.replace(/=\r\n/g, '')))
function subjectOf(raw: string): string {
  const line = /^Subject: ((?:.+\r\n[ \t])*.+)\r$/m.exec(raw)![1]!.replace(/\r\n[ \t]/g, ' ')
  return line
    .replace(/\?= +=\?/g, '?==?')
    .replace(/=\?UTF-8\?([QB])\?([^?]*)\?=/gi, (_all, how: string, text: string) =>
      how.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString('utf8')
        : utf8(bytes(text.replaceAll('_', ' '))),
    )
}

test('a mail is in the language of the request, by API and form, also when it is sent later', async () => {
  await start({ language: 'auto' })
  await taken()
  await post('/register', ANN, 'de-DE').expect(202)
  const [german] = await taken()
  expect(german!.subject).toBe('Bestätigen Sie Ihre Adresse für Comic pile')
  expect(german!.text).toContain('Danach können Sie sich anmelden.')
  expect(german!.text).toMatch(/<a href="[^"]+">Adresse bestätigen<\/a>/)
  await form('/forgot', { email: OWNER.email }, 'de').expect(200)
  mail.refuses = true
  expect(await taken()).toEqual([])
  mail.refuses = false
  one.clock.move(3_600)
  await form('/forgot', { email: OWNER.email }, 'en').expect(200)
  const sent = (await taken()).map(({ subject, text }) => [
    subject,
    /within (?:an hour|\d+ hours)|innerhalb von (?:einer Stunde|\d+ Stunden)/.exec(text)?.[0],
  ])
  expect(sent.sort()).toEqual([
    ['A new password for Comic pile', 'within an hour'],
    ['Neues Passwort für Comic pile', 'innerhalb von einer Stunde'],
  ])
  await post('/password/forgot', { email: ANN.email }).expect(202)
  expect((await taken())[0]!.subject).toBe('A new password for Comic pile')
  expect(await one.db('usertwo.outbox').orderBy('id').pluck('language')).toEqual(['de', 'de', 'en', 'en'])
})

test('a notice of what others did is not in their language', async () => {
  await start({ language: 'auto' })
  await taken()
  for (let at = 0; at < 5; at++)
    await post('/login', { ...OWNER, password: `wrong ${at} and long` }, 'de').expect(401)
  await expect
    .poll(() => one.db('usertwo.outbox').where({ kind: 'guessing' }).pluck('language'))
    .toEqual([null])
  expect((await taken()).map(({ subject }) => subject)).toEqual([
    'Someone is trying passwords for your account in Comic pile',
  ])
})

test('with one language each mail is in it, whatever the request and the row say', async () => {
  await start({
    language: 'de',
    words: { 'mail.reset.subject': 'Für alle', de: { 'mail.reset.link': 'Los' } },
  })
  await taken()
  await post('/password/forgot', { email: OWNER.email }, 'en').expect(202)
  await one.db('usertwo.outbox').update({ language: 'en' })
  const [reset] = await taken()
  expect(reset!.subject).toBe('Für alle')
  expect(reset!.text).toContain('Mit diesem Link legen Sie es fest')
  expect(reset!.text).toContain('>Los</a>')
})

test('a language that usertwo no longer has is English', async () => {
  await start({ language: 'auto' })
  await taken()
  // A mail is sent as soon as its row is there.
  await one.db.raw(`create function in_xx() returns trigger language plpgsql as
      $$ begin new.language := 'xx'; return new; end $$;
    create trigger in_xx before insert on usertwo.outbox for each row execute function in_xx()`)
  await post('/password/forgot', { email: OWNER.email }, 'de').expect(202)
  expect((await taken())[0]!.subject).toBe('A new password for Comic pile')
})
