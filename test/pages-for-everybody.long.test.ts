// Every page of the toolkit, checked with axe (WCAG 2.2 A and AA, in both themes) and by what a screen reader
// gets.
// SHOTS=folder keeps a picture of each, as narrow as 320 px.
import { mkdirSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import axe, { type AxeResults } from 'axe-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { issueInvitation } from '../src/phases/4-auth/links/invitation.js'
import { issueLink } from '../src/phases/4-auth/links/links.js'
import { issueReset } from '../src/phases/4-auth/links/reset-token.js'
import { type AuthApp, authApp, CODE } from './support/auth-app.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const HOUR = 3_600_000
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const { SHOTS } = process.env
let browser: Browser
let one: AuthApp
let server: Server
let baseURL: string

beforeAll(async () => {
  browser = await launchBrowser()
  // In development mail needs no server, and what it would have sent is shown.
  const env = { ENVIRONMENT: 'development', TRUST_PROXY: '0' }
  one = await authApp({ dial: 5, open: 'invite', env, config: { name: 'Comic pile' } })
  server = await new Promise<Server>((resolve) => {
    const made = one.app.listen(0, '127.0.0.1', () => resolve(made))
  })
  baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const body = JSON.stringify({ ...OWNER, claim_code: CODE })
  const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
  expect((await fetch(`${baseURL}/api/auth/register`, sent)).status).toBe(202)
  // A user who has never logged in.
  await one.db('users').insert({ username: 'ann', email: 'ann@example.com', created_at: new Date() })
  // One login more than that of the page.
  expect((await fetch(`${baseURL}/api/auth/login`, sent)).status).toBe(200)
}, 60_000)
afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
  await one?.dispose()
})

type Way = (page: Page) => Promise<unknown>
const at =
  (path: string): Way =>
  (page) =>
    page.goto(path)
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const wrong = (page: Page) => page.getByRole('alert').waitFor()
const mine = (email: string) => ({ user: 1, email, life: HOUR })

async function logIn(page: Page): Promise<void> {
  await page.goto('/auth/login?next=/auth/account')
  await page.getByLabel('E-mail or user name').fill(OWNER.email)
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await press(page, 'Log in')
  await page.waitForURL('**/auth/account')
}
const inside =
  (path: string, way: Way = async () => {}): Way =>
  async (page) => {
    await logIn(page)
    await page.goto(path)
    await way(page)
  }

const PAGES: Record<string, Way> = {
  login: at('/auth/login'),
  'login-error': async (page) => {
    await page.goto('/auth/login')
    await page.getByLabel('E-mail or user name').fill(OWNER.email)
    await page.getByLabel('Password', { exact: true }).fill('not the right one')
    await press(page, 'Log in')
    await wrong(page)
  },
  register: at('/auth/register'),
  invitation: async (page) => {
    const code = await issueInvitation(one.db, { email: 'bea@example.com', role: null, days: 1 })
    await page.goto(`/auth/register#invitation=${code}&email=bea@example.com`)
  },
  forgot: at('/auth/forgot'),
  reset: async (page) => page.goto(`/auth/reset?token=${await issueReset(one.db, 1)}`),
  'reset-over': at('/auth/reset?token=none'),
  verify: async (page) => {
    const token = await issueLink(one.db, one.clock, { kind: 'verify', ...mine(OWNER.email) })
    await page.goto(`/auth/verify?token=${token}`)
  },
  resend: at('/auth/verify'),
  account: inside('/auth/account'),
  sessions: inside('/auth/sessions'),
  'change-email': inside('/auth/email'),
  admin: inside('/auth/admin'),
  'admin-users': inside('/auth/admin/users'),
  'admin-user': inside('/auth/admin/users/2'),
  'admin-audit': inside('/auth/admin/audit'),
  'admin-mails': inside('/auth/admin/mails'),
  'admin-link': inside('/auth/admin', async (page) => {
    await page.getByLabel('E-mail, user name or id').fill(OWNER.email)
    await press(page, 'Make the link')
    await page.getByRole('status').waitFor()
  }),
  'admin-error': inside('/auth/admin', async (page) => {
    await page.getByLabel('E-mail, user name or id').fill('no such user')
    await press(page, 'Make the link')
    await wrong(page)
  }),
  logout: inside('/auth/logout'),
  outbox: async (page) => {
    await page.goto('/auth/forgot')
    await page.getByLabel('E-mail').fill(OWNER.email)
    await page.locator('form button').click()
    await page.getByRole('status').waitFor()
    const mail = page.getByText(OWNER.email)
    // It is sent past the answer.
    await expect.poll(() => page.goto('/auth/outbox').then(() => mail.count())).toBeGreaterThan(0)
  },
  'not-there': at('/auth/nothing-here'),
}

test.each(Object.entries(PAGES))(
  'nothing is in the way of anybody on the page: %s',
  async (name, way) => {
    const context = await browser.newContext({ baseURL, viewport: { width: 320, height: 640 } })
    const page = await context.newPage()
    await way(page)
    await page.evaluate(axe.source)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      const found = (await page.evaluate(
        `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} })`,
      )) as AxeResults
      const violations = found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
      expect([colorScheme, violations]).toEqual([colorScheme, []])
      expect(found.passes.length).toBeGreaterThan(10)
      if (!SHOTS) continue
      mkdirSync(SHOTS, { recursive: true })
      await page.screenshot({ path: join(SHOTS, `${name}-${colorScheme}.png`), fullPage: true })
    }
    expect(withoutTimes(await page.locator('body').ariaSnapshot())).toMatchSnapshot()
    await context.close()
  },
  60_000,
)

/** Without what is another each time: what has happened so far, days, times, ports, tokens. */
const withoutTimes = (told: string) =>
  told
    .replace(/^( *)- list:\n(?:\1 .*(?:\n|$))+/gm, '$1- list\n')
    .replace(/(textbox "Code of the invitation"): .+/g, '$1: CODE')
    .replace(/\d{4}-\d\d-\d\d|\d{1,2} [A-Z][a-z]+ \d{4}/g, 'DAY')
    .replace(/\d\d:\d\d(?::\d\d)?/g, 'TIME')
    .replace(/127\.0\.0\.1(?::\d+)?/g, 'HOST')
    .replace(/token=[\w-]+/g, 'token=TOKEN')

test('a late script leaves the field alone in which the user types already', async () => {
  const page = await browser.newPage({ baseURL })
  const password = page.getByLabel('Password', { exact: true })
  await page.goto('/auth/login')
  await page.getByLabel('E-mail or user name').fill(OWNER.email)
  await password.fill('not the right one')
  // The page is there, and its script waits until the field has the focus.
  await page.route('**/pages.js', async (route) => {
    await wrong(page)
    await password.focus()
    await route.continue()
  })
  const loaded = page.waitForEvent('load')
  await press(page, 'Log in')
  await loaded
  await page.keyboard.type('typed on')
  expect(await password.inputValue()).toBe('typed on')
  await page.close()
})
