// A login that ends while a user with a second factor works: the dialog of the badge, and a kept form.
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { ANN, type BadgeApp, badgeApp } from './support/badge-app.js'
import { enrolled, phoneCode, wrongCode } from './support/totp.js'

let at: BadgeApp
let secret: string

beforeAll(async () => {
  at = await badgeApp({ badge: true }, {}, { AUTH_ENABLE_TOTP: 'true' })
}, 60_000)
afterAll(() => at?.dispose())

test('the dialog says that a code is due, and where to log in with it', async () => {
  const browser = await launchBrowser()
  const page = await at.working(browser)
  const { body } = await request(at.one.app).post('/api/auth/login').send(ANN).expect(200)
  ;({ secret } = await enrolled(at.one, body.access_token))
  await at.endLogins()
  await page.evaluate("void fetch('/save', { method: 'POST', body: 'text' }).catch(() => {})")
  const dialog = page.getByRole('dialog', { name: 'Your login has ended' })
  await dialog.getByLabel('Password').fill(ANN.password)
  await dialog.getByRole('button', { name: 'Log in' }).click()
  await dialog.getByText('This account needs a code besides the password').waitFor()
  expect(await dialog.getByRole('link', { name: 'Log in in another tab' }).getAttribute('href')).toBe(
    '/auth/login',
  )
  expect(at.done).toEqual([])
  await browser.close()
}, 60_000)

test('a kept form goes on after the password and the code', async () => {
  const headers = {
    Accept: 'text/html,*/*;q=0.8',
    'Sec-Fetch-Mode': 'navigate',
    'Sec-Fetch-Site': 'same-origin',
  }
  const post = (path: string, fields: object, more = {}) =>
    request(at.one.app)
      .post(path)
      .type('form')
      .set({ ...headers, ...more })
      .send(fields)
  const hidden = (name: string, text: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(text)?.[1]
  at.one.clock.move(60)
  const { body } = await request(at.one.app).post('/api/auth/login').send(ANN).expect(200)
  const login = await request(at.one.app)
    .post('/api/auth/totp/verify')
    .send({ mfa_token: body.mfa_token, code: phoneCode(at.one, secret) })
    .expect(200)
  const pairs = (login.headers['set-cookie'] as unknown as string[]).map((line) => line.split(';', 1)[0]!)
  await at.endLogins()
  const first = await post('/save', { note: 'typed' }, { Cookie: pairs.join('; ') }).expect(401)
  const kept = hidden('kept', first.text)
  const second = await post('/auth/kept', { ...ANN, kept }).expect(200)
  expect(second.text).toContain('Enter your code')
  expect(second.headers['set-cookie']).toBeUndefined()
  at.one.clock.move(60)
  const half = { kept: hidden('kept', second.text), mfa_token: hidden('mfa_token', second.text) }
  const wrong = await post('/auth/kept', { ...half, code: wrongCode(at.one, secret) }).expect(401)
  expect(hidden('mfa_token', wrong.text)).toBe(half.mfa_token)
  const done = await post('/auth/kept', { ...half, code: phoneCode(at.one, secret) }).expect(200)
  expect(done.text).toContain('<form method="post" action="/save"')
  expect(hidden('_csrf', done.text)).toBeTruthy()
})
