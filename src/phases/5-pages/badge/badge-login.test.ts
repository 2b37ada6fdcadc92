// In a real browser: a login that ends while the user works. SHOTS=folder keeps pictures of the dialog.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from '@playwright/test'
import request from 'supertest'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser } from '../../../../proof/gate/app/browser.js'
import { ANN, type BadgeApp, BOB, badgeApp } from '../../../../test/support/badge-app.js'

const { SHOTS } = process.env
let browser: Browser
let at: BadgeApp

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())
beforeEach(async () => {
  at = await badgeApp()
}, 60_000)
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
  await at.dispose()
})

const working = (options?: BrowserContextOptions) => at.working(browser, options)
const endLogins = () => at.endLogins()
const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Your login has ended' })
async function logIn(page: Page, { email, password }: typeof ANN): Promise<void> {
  const dialog = dialogOf(page)
  await dialog.getByLabel('E-mail or user name').fill(email)
  await dialog.getByLabel('Password').fill(password)
  await dialog.getByRole('button', { name: 'Log in' }).click()
}
/** Runs a call in the page and leaves its result in `window.answers`. */
const call = (page: Page, name: string, code: string) =>
  page.evaluate(
    `window.answers ??= {}; (async () => { ${code} })().then((got) => { answers[${JSON.stringify(name)}] = got }, (error) => { answers[${JSON.stringify(name)}] = error.name }); undefined`,
  )
const answers = (page: Page) => page.evaluate('window.answers') as Promise<Record<string, unknown>>

const SENT: Record<string, string> = {
  text: "return (await fetch('/save', { method: 'POST', body: 'text' })).status",
  json: "return (await fetch('/save', { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ a: 'json' }) })).status",
  params:
    "return (await fetch('/save', { method: 'POST', body: new URLSearchParams({ a: 'params' }) })).status",
  parts:
    "const form = new FormData(); form.set('a', 'parts'); form.set('file', new File(['in a file'], 'a.txt')); return (await fetch('/save', { method: 'POST', body: form })).status",
  request:
    "return (await fetch(new Request('/save', { method: 'DELETE', body: 'request', headers: { 'X-CSRF-Token': document.cookie.split('csrftoken=')[1] } }))).status",
  xhr: "return new Promise((done) => { const xhr = new XMLHttpRequest(); const told = []; for (const on of ['readystatechange', 'load', 'loadend', 'error']) xhr.addEventListener(on, () => told.push(on + xhr.readyState + xhr.status)); xhr.onloadend = () => done(told.join(' ') + ' ' + JSON.stringify(xhr.response)); xhr.open('POST', '/save'); xhr.responseType = 'json'; xhr.setRequestHeader('X-More', 'yes'); xhr.send('xhr') })",
  blob: "return new Promise((done) => { const xhr = new XMLHttpRequest(); xhr.open('POST', '/save'); xhr.onload = () => done(xhr.status); xhr.send(new Blob(['blob'])) })",
}

test('waiting calls are sent once, as the same user, and the page stays as it is', async () => {
  const page = await working({ colorScheme: 'light' })
  await page.getByLabel('Note').fill('typed')
  await endLogins()
  for (const [name, code] of Object.entries(SENT)) await call(page, name, code)
  await call(page, 'rows', "return (await fetch('/rows')).json()")
  await dialogOf(page).waitFor()
  expect(await dialogOf(page).count()).toBe(1)
  expect(at.done).toEqual([])
  await logIn(page, ANN)
  await expect.poll(async () => Object.keys((await answers(page)) ?? {}).length).toBe(8)
  const { xhr, rows, ...others } = await answers(page)
  expect(rows).toEqual({ rows: 3 })
  expect(new Set(Object.values(others))).toEqual(new Set([201]))
  expect(xhr).toMatch(
    /^readystatechange10 readystatechange2201 readystatechange3201 readystatechange4201 load4201 loadend4201 \{"saved":\d\}$/,
  )
  expect(at.done.map(({ user }) => user)).toEqual(Array(7).fill(1))
  const bodies = at.done.map(({ body }) => body).join('\n')
  for (const text of ['text', '{"a":"json"}', 'a=params', 'parts', 'in a file', 'request', 'xhr', 'blob'])
    expect(bodies).toContain(text)
  expect(await dialogOf(page).count()).toBe(0)
  expect(await page.getByLabel('Note').inputValue()).toBe('typed')
  await page.locator('#usertwo-badge summary').waitFor()
  expect(
    await page.evaluate("fetch('/save', { method: 'POST', body: 'after' }).then((got) => got.status)"),
  ).toBe(201)
})

test('another user who logs in gets the page again, and nothing of the waiting calls', async () => {
  const page = await working()
  await endLogins()
  await call(page, 'text', SENT.text!)
  await dialogOf(page).waitFor()
  const loaded = page.waitForEvent('load')
  await logIn(page, BOB)
  await loaded
  await page.locator('#usertwo-badge summary[aria-label^="Logged in as bob"]').waitFor()
  expect(at.done).toEqual([])
  expect(await answers(page)).toBeUndefined()
})

test('if another user logs in between the login and the waiting calls, those are refused', async () => {
  const page = await working()
  const { headers } = await request(at.one.app).post('/api/auth/login').send(BOB).expect(200)
  const [, value] = /^usertwo=([^;]+)/.exec((headers['set-cookie'] as unknown as string[])[0]!)!
  await endLogins()
  await at.one.db('usertwo.user_sessions').where({ user_id: '2' }).update({ revoked_at: null })
  await call(page, 'text', SENT.text!)
  await dialogOf(page).waitFor()
  let isIn = false
  await page.route('**/api/auth/login', async (route) => {
    isIn = true
    await route.continue()
  })
  await page.route('**/api/auth/me', async (route) => {
    const response = await route.fetch()
    if (isIn)
      await page.context().addCookies([{ name: 'usertwo', value: value!, url: page.url(), httpOnly: true }])
    await route.fulfill({ response })
  })
  await logIn(page, ANN)
  await expect.poll(async () => (await answers(page))?.text).toBe(409)
  expect(at.done).toEqual([])
})

test('a dialog that is closed gives each call its 401; a read does not open it again, a write does', async () => {
  const page = await working()
  await endLogins()
  let refused = 0
  page.on('response', (response) => {
    if (response.status() === 401 && response.url().endsWith('/save')) refused += 1
  })
  await call(page, 'text', SENT.text!)
  await call(page, 'xhr', SENT.xhr!)
  // A call that is refused after the dialog is closed opens another.
  await expect.poll(() => refused).toBe(2)
  await dialogOf(page).waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(async () => (await answers(page))?.text).toBe(401)
  await expect
    .poll(async () => (await answers(page))?.xhr)
    .toMatch(/readystatechange4401 load4401 loadend4401/)
  await dialogOf(page).waitFor({ state: 'detached' })
  await page.getByText('Your login has ended.').waitFor()
  expect(await page.evaluate("fetch('/rows').then((got) => got.status)")).toBe(401)
  expect(await dialogOf(page).count()).toBe(0)
  await call(page, 'json', SENT.json!)
  await dialogOf(page).getByRole('button', { name: 'Not now' }).click()
  await expect.poll(async () => (await answers(page))?.json).toBe(401)
  expect(at.done).toEqual([])
  await page.getByRole('button', { name: 'Log in' }).click()
  await logIn(page, ANN)
  await page.locator('#usertwo-badge summary').waitFor()
  expect(at.done).toEqual([])
})

test('an aborted call is not sent, and a call that is not plain is unchanged', async () => {
  const page = await working()
  await endLogins()
  await call(
    page,
    'aborted',
    "const stop = new AbortController(); window.stop = stop; return fetch('/save', { method: 'POST', body: 'no', signal: stop.signal })",
  )
  await call(
    page,
    'xhr',
    "return new Promise((done) => { const xhr = new XMLHttpRequest(); window.xhr = xhr; xhr.open('POST', '/save'); xhr.onabort = () => done('aborted'); xhr.onload = () => done('loaded'); xhr.send('no') })",
  )
  await dialogOf(page).waitFor()
  await page.evaluate('window.stop.abort(); window.xhr.abort()')
  await expect.poll(() => answers(page)).toEqual({ aborted: 'AbortError', xhr: 'aborted' })
  await logIn(page, ANN)
  await dialogOf(page).waitFor({ state: 'detached' })
  await endLogins()
  // Browsers send a stream over HTTP/2 only: here it is refused, as it would be without the badge.
  await call(
    page,
    'stream',
    "return (await fetch('/save', { method: 'POST', duplex: 'half', body: new Blob(['stream']).stream() })).status",
  )
  await expect.poll(async () => (await answers(page)).stream).toBe('TypeError')
  expect(at.done).toEqual([])
})

test('a user who has logged in in another tab comes back, and a wrong password is said where the focus is', async () => {
  const page = await working()
  await endLogins()
  await call(page, 'text', SENT.text!)
  await dialogOf(page).waitFor()
  await logIn(page, { ...ANN, password: 'not the right one' })
  const alert = dialogOf(page).getByRole('alert')
  await expect.poll(() => alert.textContent()).toBe('E-mail or password is wrong.')
  const focused = () => page.evaluate("document.querySelector('html > div').shadowRoot.activeElement?.id")
  expect(await focused()).toBe('wrong')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(await focused()).toBe('password')
  expect(await dialogOf(page).getByLabel('Password').getAttribute('aria-invalid')).toBe('true')
  // Tab cycles inside the dialog: the page behind it is out of reach.
  for (let tab = 0; tab < 12; tab++) {
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.tagName')).not.toBe('TEXTAREA')
  }
  const other = await page.context().newPage()
  await other.goto('/auth/login')
  await other.getByLabel('E-mail or user name').fill(ANN.email)
  await other.getByLabel('Password', { exact: true }).fill(ANN.password)
  await other.getByRole('button', { name: 'Log in' }).click()
  await other.waitForURL(({ pathname }) => pathname === '/')
  await page.evaluate("window.dispatchEvent(new Event('focus'))")
  await expect.poll(async () => (await answers(page))?.text).toBe(201)
  expect(at.done).toEqual([{ user: 1, path: '/save', body: 'text' }])
})

test.each(['light', 'dark'] as const)(
  'it fits 320 px, in %s, whatever the page’s styles are',
  async (colorScheme) => {
    const page = await working({ colorScheme, viewport: { width: 320, height: 480 } })
    await endLogins()
    await call(page, 'text', SENT.text!)
    const dialog = dialogOf(page)
    await dialog.waitFor()
    expect(await dialog.ariaSnapshot()).toMatchInlineSnapshot(`
    "- dialog "Your login has ended":
      - heading "Your login has ended" [level=2]
      - paragraph: Log in as default_user to go on. What you typed stays, and what waits is sent then.
      - text: E-mail or user name
      - textbox "E-mail or user name": ann@example.com
      - text: Password
      - textbox "Password"
      - checkbox "This is a shared computer"
      - text: This is a shared computer
      - button "Log in"
      - button "Not now"
      - paragraph:
        - link "Log in in another tab":
          - /url: /auth/login"
  `)
    const take = async (name: string) => {
      if (!SHOTS) return
      mkdirSync(SHOTS, { recursive: true })
      await page.screenshot({ path: join(SHOTS, `dialog-${name}-${colorScheme}.png`) })
    }
    await take('first')
    await dialog.getByRole('button', { name: 'Log in' }).click()
    await dialog.getByRole('alert').waitFor()
    await take('wrong')
    const { x, width } = (await dialog.boundingBox())!
    expect(x).toBeGreaterThanOrEqual(0)
    expect(x + width).toBeLessThanOrEqual(320)
    for (const button of await dialog.getByRole('button').all())
      expect((await button.boundingBox())!.height).toBeGreaterThanOrEqual(24)
    await page.keyboard.press('Escape')
    await page.getByText('Your login has ended.').waitFor()
    await take('closed')
  },
)

test('a login whose short cookie has expired continues by the other, without asking the user', async () => {
  await at.dispose()
  at = await badgeApp({ badge: true }, {}, { TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: 'true' })
  const page = await working()
  const asked: string[] = []
  page.on('response', (answer) => asked.push(`${new URL(answer.url()).pathname} ${answer.status()}`))
  at.one.clock.move(901)
  for (const name of ['one', 'two', 'three']) await call(page, name, SENT.text!)
  await expect.poll(async () => (await answers(page)) ?? {}).toEqual({ one: 201, two: 201, three: 201 })
  expect(asked.filter((line) => line.startsWith('/api/auth/refresh'))).toEqual(['/api/auth/refresh 200'])
  expect(await dialogOf(page).count()).toBe(0)
  expect(at.done).toHaveLength(3)
  await endLogins()
  await call(page, 'four', SENT.text!)
  await logIn(page, ANN)
  await expect.poll(async () => (await answers(page)).four).toBe(201)
})
