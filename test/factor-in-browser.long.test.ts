// The second factor in a browser, with script and without: set up, log in by a code and by a recovery code, turn off.
// SHOTS=folder keeps a picture of each page, in both themes, 390 and 1280 px wide.
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { type AuthApp, authApp, CODE } from './support/auth-app.js'
import { lookedAt } from './support/looked-at.js'
import { phoneCode, wrongCode } from './support/totp.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
let browser: Browser
let one: AuthApp
let server: Server
let baseURL: string

beforeAll(async () => {
  browser = await launchBrowser()
  const env = { ENVIRONMENT: 'development', TRUST_PROXY: '0', AUTH_ENABLE_TOTP: 'true' }
  one = await authApp({ dial: 5, env, config: { name: 'Comic pile', auth: { badge: true } } })
  server = one.app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const body = JSON.stringify({ ...OWNER, claim_code: CODE })
  const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
  expect((await fetch(`${baseURL}/api/auth/register`, sent)).status).toBe(202)
}, 60_000)
afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
  await one?.dispose()
})

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor()

async function givePassword(page: Page): Promise<void> {
  await page.goto('/auth/login?next=/auth/factor')
  await page.getByLabel('E-mail or user name').fill(OWNER.email)
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await press(page, 'Log in')
}
const giveCode = async (page: Page, code: string, button: string) => {
  await page.getByLabel('Code', { exact: true }).fill(code)
  await press(page, button)
}

test.each([
  ['with script', true],
  ['without script', false],
])(
  'a second factor is set up, asked for, replaced by a recovery code and turned off: %s',
  async (_how, javaScriptEnabled) => {
    await one.db('usertwo.login_throttle').delete()
    const context = await browser.newContext({ baseURL, javaScriptEnabled })
    const page = await context.newPage()
    const look = (name: string) => (javaScriptEnabled ? lookedAt(page, name) : Promise.resolve())
    await givePassword(page)
    await page.waitForURL('**/auth/factor')
    await look('factor-off')

    await press(page, 'Set it up')
    await page.getByRole('img', { name: 'QR code that holds the key below' }).waitFor()
    const key = (await page.locator('.key').innerText()).replaceAll(' ', '')
    await look('factor-enrol')
    await giveCode(page, wrongCode(one, key), 'Turn it on')
    await page.getByRole('alert').waitFor()
    // It is shown once.
    expect(await page.content()).not.toContain(key.slice(0, 4))
    await look('factor-enrol-error')
    await giveCode(page, phoneCode(one, key), 'Turn it on')
    await heading(page, 'Your recovery codes')
    const codes = await page.locator('.codes code').allInnerTexts()
    expect(codes).toHaveLength(10)
    await look('factor-codes')
    await page.getByRole('link', { name: 'I have saved them' }).click()
    await page.waitForURL('**/auth/account')
    await page.getByText('Second factor set up').first().waitFor()
    await page.getByRole('link', { name: 'Second factor' }).click()
    await page.getByText('Recovery codes left: 10.').waitFor()
    await look('factor-on')

    one.clock.move(60)
    await context.clearCookies()
    await givePassword(page)
    await heading(page, 'Enter your code')
    await look('login-code')
    await giveCode(page, wrongCode(one, key), 'Log in')
    await page.getByRole('alert').waitFor()
    await look('login-code-error')
    await giveCode(page, phoneCode(one, key), 'Log in')
    await page.waitForURL('**/auth/factor')

    await context.clearCookies()
    await givePassword(page)
    await giveCode(page, codes[3]!, 'Log in')
    await page.getByText('Recovery codes left: 9.').waitFor()

    one.clock.move(60)
    await giveCode(page, wrongCode(one, key), 'Turn it off')
    await page.getByRole('alert').waitFor()
    await look('factor-on-error')
    // The login is old: the password comes first.
    one.clock.move(20 * 60)
    await giveCode(page, phoneCode(one, key), 'Turn it off')
    await heading(page, 'Your password, please')
    await look('factor-password')
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
    await giveCode(page, wrongCode(one, key), 'Go on')
    await page.getByRole('alert').waitFor()
    await look('factor-password-error')
    // The code in this form is enough for the change too.
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
    await giveCode(page, phoneCode(one, key), 'Go on')
    await page.getByText('The second factor is off.').waitFor()
    await context.close()
  },
  120_000,
)
