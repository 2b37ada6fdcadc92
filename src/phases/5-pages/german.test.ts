import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../test/support/auth-app.js'
import type { ConfigInput } from '../../config/config.js'
import { createUser } from '../4-auth/registration/create-user.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const ANN = { email: 'ann@example.com', password: 'another long one' }
const GERMAN = 'de-AT,de;q=0.9,en;q=0.5'
let one: AuthApp
afterEach(() => one.dispose())

async function start(auth: ConfigInput['auth'], env: Record<string, string> = {}): Promise<void> {
  one = await authApp({ dial: 5, open: true, env, config: { name: 'Comic pile', auth } })
  const body = { ...OWNER, claim_code: CODE }
  await request(one.app).post('/api/auth/register').send(body).expect(202)
}

const get = (path: string, language: string = GERMAN) =>
  request(one.app).get(path).set('Accept-Language', language)
const post = (path: string, fields: object, language: string = GERMAN) =>
  request(one.app)
    .post(path)
    .set('Accept-Language', language)
    .set('Sec-Fetch-Site', 'same-origin')
    .type('form')
    .send(fields)

async function loggedIn(who = OWNER): Promise<string> {
  const answer = await post('/auth/login', who).expect(303)
  return (answer.headers['set-cookie'] as unknown as string[]).map((line) => line.split(';', 1)[0]).join('; ')
}

test('a page is in the language that the request prefers, and says so', async () => {
  await start({ language: 'auto' })
  const german = await get('/auth/login').expect(200)
  expect(german.text).toContain('<html lang="de">')
  expect(german.text).toContain('<h1>Anmelden</h1>')
  expect(german.headers).toMatchObject({ 'content-language': 'de', 'cache-control': 'no-store' })
  expect(german.headers.vary).toContain('Accept-Language')
  for (const language of ['en', 'fr', '*']) {
    const english = await get('/auth/login', language).expect(200)
    expect(english.text).toContain('<html lang="en">')
    expect(english.text).toContain('<h1>Log in</h1>')
    expect(english.headers['content-language']).toBe('en')
    expect(english.headers.vary).toContain('Accept-Language')
  }
})

test('by default pages are in English, whatever the request prefers, and their headers are as before', async () => {
  await start({})
  for (const path of ['/auth/login', '/auth/pages.js']) {
    const { headers, text } = await get(path).expect(200)
    expect(text).not.toMatch(/Anmelden|Anzeigen/)
    expect(headers['content-language']).toBeUndefined()
    expect(headers.vary ?? '').not.toContain('Accept-Language')
  }
  expect((await get('/auth/pages.js')).headers['cache-control']).toBeUndefined()
})

test('with one language every page is in it, and nothing depends on the request', async () => {
  await start({ language: 'de', badge: true })
  const { headers, text } = await get('/auth/login', 'en').expect(200)
  expect(text).toContain('<h1>Anmelden</h1>')
  expect(headers.vary ?? '').not.toContain('Accept-Language')
  expect((await get('/auth/badge.js', 'en')).text).toContain('"log_out":"Abmelden"')
})

test('no cache gives a script to readers of another language', async () => {
  await start({ language: 'auto', badge: true })
  for (const [path, german, english] of [
    ['/auth/pages.js', '"show":"Anzeigen"', '"show":"Show"'],
    ['/auth/badge.js', '"log_out":"Abmelden"', '"log_out":"Log out"'],
  ] as const)
    for (const [language, said, text] of [
      [GERMAN, 'de', german],
      ['en', 'en', english],
    ] as const) {
      const answer = await get(path, language).expect(200)
      expect(answer.text).toContain(text)
      expect(() => new Function(answer.text)).not.toThrow()
      expect(answer.headers).toMatchObject({
        'content-language': said,
        'cache-control': 'private, no-cache',
        vary: expect.stringContaining('Accept-Language'),
      })
    }
  // It has no texts.
  expect((await get('/auth/pages.css')).headers['cache-control']).toBeUndefined()
})

test('what was wrong is said in German on a page, and in English by the API', async () => {
  await start({ language: 'auto' })
  const wrong = await post('/auth/login', { ...OWNER, password: 'not the right one' }).expect(401)
  expect(wrong.text).toContain('<title>Fehler: Anmelden · Comic pile</title>')
  expect(wrong.text).toContain('E-Mail-Adresse oder Passwort ist falsch.')
  const empty = await post('/auth/register', { email: 'ann', password: 'short', claim_code: CODE }).expect(
    400,
  )
  expect(empty.text).toContain('>Das ist keine E-Mail-Adresse.</p>')
  expect(empty.text).toContain('>Mindestens 8 Zeichen.</p>')
  expect(empty.text).toContain('<a href="#password">Mindestens 8 Zeichen.</a>')
  const over = await get('/auth/reset?token=none').expect(400)
  expect(over.text).toContain('Dieser Link ist abgelaufen oder wurde schon benutzt.')
  const api = await request(one.app)
    .post('/api/auth/login')
    .set('Accept-Language', GERMAN)
    .send({ ...OWNER, password: 'not the right one' })
    .expect(401)
  expect(api.body).toMatchObject({ title: 'E-mail or password is wrong.' })
})

test('pages of both languages share their limits', async () => {
  await start({ language: 'auto' }, { ENVIRONMENT: 'development', TRUST_PROXY: '0' })
  const statuses: number[] = []
  for (let at = 0; at < 6; at++) {
    const answer = await post('/auth/forgot', { email: OWNER.email }, at % 2 ? 'en' : 'de')
    statuses.push(answer.status)
    if (at === 5) expect(answer.text).toContain('Too many attempts. Please try again in')
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
  const { text } = await post('/auth/forgot', { email: OWNER.email }).expect(429)
  expect(text).toMatch(/Zu viele Versuche\. Bitte versuchen Sie es in \d+ Sekunden erneut\./)
})

test('the pages of an account have their events, devices, days and times in German', async () => {
  await start({ language: 'auto' })
  const cookie = await loggedIn()
  const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Mobile Safari/604.1'
  await one.db('usertwo.user_sessions').update({ user_agent: phone, issued_at: '2026-03-09T07:05:00Z' })
  const account = (await get('/auth/account').set('Cookie', cookie).expect(200)).text
  expect(account).toContain('<span>Angemeldet</span>')
  expect(account).toMatch(/<time datetime="[^"]+">\d\d\.\d\d\.\d{4}, \d\d:\d\d UTC<\/time>/)
  expect(account).toContain('>Verwaltung</a>')
  const sessions = (await get('/auth/sessions').set('Cookie', cookie).expect(200)).text
  expect(sessions).toContain('<strong>Safari auf einem iPhone</strong>')
  expect(sessions).toContain('09.03.2026, 07:05 UTC')
  const english = (await get('/auth/sessions', 'en').set('Cookie', cookie).expect(200)).text
  expect(english).toContain('<strong>Safari on an iPhone</strong>')
  expect(english).toContain('2026-03-09 07:05 UTC')
})

test('the pages of administrators are in English, and say so', async () => {
  await start({ language: 'auto' })
  const cookie = await loggedIn()
  await createUser(one.db, one.kit.config, ANN)
  for (const path of ['/auth/admin', '/auth/admin/users', '/auth/admin/users/2', '/auth/admin/audit']) {
    const { text, headers } = await get(path).set('Cookie', cookie).expect(200)
    expect(text).toContain('<html lang="en">')
    expect(headers['content-language']).toBe('en')
  }
  // For others it is a page that does not exist, in their language.
  const { text } = await get('/auth/admin').expect(404)
  expect(text).toContain('<h1>Nicht gefunden</h1>')
  expect(text).toContain('Hier gibt es nichts.')
})

test('a form is kept, and another login explained, in German', async () => {
  await start({ language: 'auto', badge: true })
  const cookie = await loggedIn()
  await one.db('usertwo.user_sessions').update({ revoked_at: new Date() })
  const shown = { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate' }
  const kept = await post('/save', { note: 'typed' }).set({ ...shown, Cookie: cookie })
  expect([kept.status, kept.headers['content-language']]).toEqual([401, 'de'])
  expect(kept.text).toContain('<h1>Ihre Anmeldung ist abgelaufen</h1>')
  await request(one.app).post('/api/auth/register').send(ANN).expect(202)
  const token = /csrftoken=([^;]+)/.exec(await loggedIn(ANN))![1]!
  const changed = await post('/save', { note: 'typed', _csrf: token }).set({
    ...shown,
    Cookie: await loggedIn(),
  })
  expect([changed.status, changed.headers['content-language']]).toEqual([409, 'de'])
  expect(changed.text).toContain('<html lang="de">')
  expect(changed.text).toContain('<h1>Ein anderer Benutzer ist angemeldet</h1>')
})
