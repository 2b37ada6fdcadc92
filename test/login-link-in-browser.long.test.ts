// Login by a mailed link in a browser, with script and without: asked for, opened in another browser, used, and the code of a
// second factor. SHOTS=folder keeps a picture of each page, in both themes, 390 and 1280 px wide.
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import axe, { type AxeResults } from 'axe-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { keptMail } from '../src/mail/kept-mail.js'
import { authMail } from '../src/phases/4-auth/links/auth-mail.js'
import { type AuthApp, authApp, CODE } from './support/auth-app.js'
import { enrolled, phoneCode } from './support/totp.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const WIDTHS = [390, 1280]
const { SHOTS } = process.env
let browser: Browser
let one: AuthApp
let server: Server
let baseURL: string

const post = async (path: string, body: object) =>
  fetch(`${baseURL}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

beforeAll(async () => {
  browser = await launchBrowser()
  const env = {
    ENVIRONMENT: 'development',
    TRUST_PROXY: '0',
    AUTH_ENABLE_TOTP: 'true',
    AUTH_ENABLE_MAGIC_LINK: 'true',
  }
  one = await authApp({ dial: 5, env, config: { name: 'Comic pile' } })
  server = one.app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  expect((await post('/register', { ...OWNER, claim_code: CODE })).status).toBe(202)
}, 60_000)
afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
  await one?.dispose()
})

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor()

/** Axe finds nothing in either theme and at 390 px, and nothing is wider than the page. */
async function looked(page: Page, name: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 })
    const wide = await page.evaluate('document.documentElement.scrollWidth')
    expect([name, wide]).toEqual([name, width])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      if (SHOTS) {
        mkdirSync(SHOTS, { recursive: true })
        await page.screenshot({ path: join(SHOTS, `${name}-${width}-${colorScheme}.png`), fullPage: true })
      }
      if (width !== WIDTHS[0]) continue
      await page.evaluate(axe.source)
      const found = (await page.evaluate(
        `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} })`,
      )) as AxeResults
      const violations = found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
      expect([name, colorScheme, violations]).toEqual([name, colorScheme, []])
    }
  }
  await page.setViewportSize({ width: WIDTHS[0]!, height: 800 })
}

/** Asks for a link from the login page, and takes it out of the mail. */
async function askedBy(page: Page, look: (name: string) => Promise<void>): Promise<string> {
  one.clock.move(5 * 3_600)
  await page.goto('/auth/login?next=/page')
  await look('login-with-link')
  await page.getByRole('link', { name: 'Log in by e-mail link' }).click()
  await heading(page, 'Log in by e-mail link')
  await look('link-ask')
  await page.getByLabel('E-mail').fill(OWNER.email)
  await press(page, 'Send the link')
  await page.getByText('a link is on its way to it. Open it in this browser').waitFor()
  await look('link-asked')
  await authMail(one.kit)!.sendDue()
  const [mail] = keptMail(one.kit).mails()
  expect(mail).toMatchObject({ to: OWNER.email, subject: 'Log in to Comic pile' })
  const [path] = /\/auth\/login\/link\?token=[\w-]{43}/.exec(mail!.text)!
  return path
}

test.each([
  ['with script', true],
  ['without script', false],
])(
  'a link is requested, refused in another browser, and logs in: %s',
  async (_how, javaScriptEnabled) => {
    const viewport = { width: WIDTHS[0]!, height: 800 }
    const context = await browser.newContext({ baseURL, javaScriptEnabled, viewport })
    const page = await context.newPage()
    const look = (name: string) => (javaScriptEnabled ? looked(page, name) : Promise.resolve())
    const path = await askedBy(page, look)

    const elsewhere = await browser.newContext({ baseURL, javaScriptEnabled, viewport })
    const other = await elsewhere.newPage()
    await other.goto(path)
    await other.getByText('Open this link in the browser in which you asked for it').waitFor()
    if (javaScriptEnabled) await looked(other, 'link-elsewhere')
    await other.getByRole('link', { name: 'Ask for a link in this browser' }).click()
    await heading(other, 'Log in by e-mail link')
    await elsewhere.close()

    // From the page of a web mail: the browser follows the link from another site.
    await page.goto('about:blank')
    await page.setContent(`<a href="${baseURL}${path}">the link</a>`)
    await page.getByRole('link').click()
    await heading(page, 'Log in')
    await look('link-use')
    await press(page, 'Log in')
    await page.waitForURL('**/page')
    expect(JSON.parse(await page.locator('body').innerText())).toMatchObject({ app: '/page', user: 1 })

    await page.goto(path)
    await page.getByText('This link is too old, or was used already').waitFor()
    await look('link-over')
    await context.close()
  },
  120_000,
)

test.each([
  ['with script', true],
  ['without script', false],
])(
  'a second factor is due after the link: %s',
  async (_how, javaScriptEnabled) => {
    const login = await post('/login', OWNER)
    const { access_token } = (await login.json()) as { access_token: string }
    const { secret } = await enrolled(one, access_token)
    const context = await browser.newContext({ baseURL, javaScriptEnabled })
    const page = await context.newPage()
    const path = await askedBy(page, async () => {})
    await page.goto(path)
    await press(page, 'Log in')
    await heading(page, 'Enter your code')
    if (javaScriptEnabled) await looked(page, 'link-code')
    await page.getByLabel('Code', { exact: true }).fill(phoneCode(one, secret))
    await press(page, 'Log in')
    await page.waitForURL('**/page')
    await one.db('usertwo.totp').delete()
    await context.close()
  },
  120_000,
)
