// The pages in a real browser: what a test of the HTML alone cannot see is where the focus is, what fits, and what works
// without script and by keyboard. SHOTS=folder keeps a picture of each page, in both themes and as narrow as 320 px.
import { mkdirSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { type AuthApp, authApp, CODE } from './support/auth-app.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const { SHOTS } = process.env
let browser: Browser
let one: AuthApp
let server: Server
let url: string

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  one = await authApp({ dial: 5, open: true, config: { name: 'Comic pile' } })
  server = await new Promise<Server>((resolve) => {
    const made = one.app.listen(0, '127.0.0.1', () => resolve(made))
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const body = JSON.stringify({ ...OWNER, claim_code: CODE })
  const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
  expect((await fetch(`${url}/api/auth/register`, sent)).status).toBe(202)
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await one.dispose()
})

const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
  const page = await (await browser.newContext({ baseURL: url, ...options })).newPage()
  page.setDefaultTimeout(15_000)
  return page
}
async function login(page: Page, more: { shared?: boolean } = {}): Promise<void> {
  await page.goto('/auth/login?next=/auth/account')
  await page.getByLabel('E-mail or user name').fill(OWNER.email)
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
  if (more.shared) await page.getByLabel('This is a shared computer').check()
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.waitForURL(`${url}/auth/account`)
}
const overflow = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

test.each([true, false])(
  'after an error the focus is on the summary, which leads to the field (script: %s)',
  async (javaScriptEnabled) => {
    const page = await open({ javaScriptEnabled })
    await login(page)
    await page.getByLabel('Current password').fill('not the right one')
    await page.getByLabel('New password').fill('another long one')
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.waitForURL('**/auth/account/password')
    expect(await page.title()).toBe('Error: Your account · Comic pile')
    expect(await page.locator(':focus').getAttribute('id')).toBe('alert')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const field = page.getByLabel('Current password')
    expect(await page.locator(':focus').getAttribute('id')).toBe('current_password')
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    await field.fill(OWNER.password)
    await page.getByLabel('New password').fill('another long one')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/auth/account?done=password')
    expect(await page.getByRole('status').textContent()).toContain('The password is changed.')
  },
)

test('case 63: by keyboard alone: one login among others is ended, the password asked for in between', async () => {
  const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
  const [mine, other] = [await open(), await open({ userAgent })]
  await login(other)
  await login(mine)
  one.clock.move(16 * 60)
  await mine.goto('/auth/sessions')
  const end = mine.getByRole('button', { name: /^End it: the login of Firefox on Linux/ })
  await end.focus()
  await mine.keyboard.press('Enter')
  await mine.getByRole('heading', { name: 'Your password, please' }).waitFor()
  expect(await mine.getByLabel('Password', { exact: true }).getAttribute('aria-invalid')).toBeNull()
  await mine.getByLabel('Password', { exact: true }).focus()
  await mine.keyboard.type(OWNER.password)
  await mine.keyboard.press('Enter')
  await mine.waitForURL('**/auth/sessions?done=one')
  expect(await mine.getByRole('listitem').count()).toBe(1)
  await other.goto('/auth/account')
  expect(new URL(other.url()).pathname).toBe('/auth/login')
})

test('a login on a shared computer is gone with the browser', async () => {
  const page = await open()
  await login(page, { shared: true })
  const cookies = await page.context().cookies()
  expect(cookies.map(({ name }) => name).sort()).toEqual(['csrftoken', 'usertwo'])
  expect(cookies.every(({ expires }) => expires === -1)).toBe(true)
})

test('a screen reader gets names and roles for the whole account page', async () => {
  const page = await open()
  await login(page)
  const told = await page.locator('main').ariaSnapshot()
  expect(told.slice(0, told.indexOf('    - list:')).split(/\n */)).toEqual([
    '- main:',
    '- paragraph: Comic pile',
    '- heading "Your account" [level=1]',
    '- term: Name',
    '- definition: default_user',
    '- term: E-mail',
    '- definition: owner@example.com',
    '- region "Change your password":',
    '- heading "Change your password" [level=2]',
    '- text: Current password',
    '- textbox "Current password"',
    '- button "Show password": Show',
    '- text: New password',
    '- textbox "New password"',
    '- button "Show password": Show',
    '- paragraph: 8 to 128 characters. Anything goes; longer is better.',
    '- button "Change the password"',
    '- paragraph:',
    '- link "Where you are logged in":',
    '- /url: /auth/sessions',
    '- paragraph:',
    '- link "Administration":',
    '- /url: /auth/admin',
    '- region "What happened lately":',
    '- heading "What happened lately" [level=2]',
    '',
  ])
})

test.each(['light', 'dark'] as const)(
  'every page fits 320 px, with targets of 24 px (%s)',
  async (colorScheme) => {
    const page = await open({ colorScheme, viewport: { width: 320, height: 640 } })
    const shoot = async (name: string) => {
      expect(await overflow(page), name).toBe(0)
      const small =
        await page.evaluate(`[...document.querySelectorAll('button, input:not([type=hidden]):not([hidden])')]
      .filter((one) => { const { width, height } = one.getBoundingClientRect(); return width < 24 || height < 24 })
      .map((one) => one.outerHTML)`)
      expect(small, name).toEqual([])
      if (!SHOTS) return
      mkdirSync(SHOTS, { recursive: true })
      for (const width of [320, 1000]) {
        await page.setViewportSize({ width, height: 640 })
        await page.screenshot({ path: join(SHOTS, `${name}-${colorScheme}-${width}.png`), fullPage: true })
      }
      await page.setViewportSize({ width: 320, height: 640 })
    }
    await page.goto('/auth/login')
    await shoot('login')
    await page.goto('/auth/register')
    await shoot('register')
    await page.getByLabel('E-mail').fill('a@b')
    await page.getByLabel('Password', { exact: true }).fill('12345678')
    await page.locator('form').evaluate((form: { noValidate: boolean }) => (form.noValidate = true))
    await page.getByRole('button', { name: 'Register' }).click()
    await page.getByRole('alert').waitFor()
    await shoot('register-error')
    for (let n = 0; n < 2; n++) await login(await open())
    await login(page)
    await shoot('account')
    await page.getByLabel('Current password').fill('not the right one')
    await page.getByLabel('New password').fill('another long one')
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByRole('alert').waitFor()
    // The summary is there before the browser gives it the focus.
    expect(await page.locator(':focus').getAttribute('id')).toBe('alert')
    await shoot('account-error')
    await page.goto('/auth/sessions')
    await shoot('sessions')
    one.clock.move(16 * 60)
    await page.getByRole('button', { name: 'End all others' }).click()
    await page.getByRole('heading', { name: 'Your password, please' }).waitFor()
    await shoot('confirm')
  },
)
