// The pages, the badge and its dialog for browsers that prefer German and English, in an app that is started as in
// production. SHOTS=folder keeps a picture of each, in both themes, 390 and 1280 px wide.
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import express from 'express'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { parseConfig } from '../src/config/config.js'
import { connect } from '../src/database/connect.js'
import { createUser } from '../src/phases/4-auth/registration/create-user.js'
import { lookedAt } from './support/looked-at.js'
import { type WrappedApp, wrappedApp } from './support/wrapped-app.js'

const ADA = { email: 'ada@example.com', password: 'a long enough one' }
const PAGE = `<!doctype html><html lang="de"><head><title>Notizen</title><meta name="viewport" content="width=device-width, initial-scale=1">
<style>body { margin: 4rem 1rem }</style></head><body><main><h1>Notizen</h1><form method="post" action="/save"><label>Notiz
<textarea name="note"></textarea></label><button>Speichern</button></form></main></body></html>`
let browser: Browser
let app: WrappedApp
let baseURL: string
let contexts: BrowserContext[] = []

beforeAll(async () => {
  browser = await launchBrowser()
  const inner = express()
  inner.get('/page', (_req, res) => void res.send(PAGE))
  inner.post('/save', (_req, res) => void res.json({ saved: true }))
  app = await wrappedApp(() => inner, {
    config: { name: 'Comic pile', auth: { language: 'auto', badge: true } },
    env: {
      ENVIRONMENT: 'development',
      TRUST_PROXY: '0',
      PRIVACY_DASHBOARD: 'true',
      AUTH_ENABLE_TOTP: 'true',
      AUTH_ENABLE_PASSKEYS: 'true',
      AUTH_ENABLE_MAGIC_LINK: 'true',
    },
  })
  const db = connect(app.urls.url, { system: true })
  const id = Number(await createUser(db, parseConfig(app.config), ADA))
  await db.destroy()
  await app.stored(
    `insert into notes (text, user_id) select 'note ' || n, ${id} from generate_series(1, 1234) n`,
  )
  baseURL = `http://localhost:${(app.server.address() as AddressInfo).port}`
}, 60_000)
afterEach(async () => {
  for (const context of contexts) await context.close()
  contexts = []
})
afterAll(async () => {
  await browser?.close()
  await app?.dispose()
})

async function open(locale: string): Promise<Page> {
  const context = await browser.newContext({ baseURL, locale })
  contexts.push(context)
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  return page
}
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const heading = (page: Page, name: string) =>
  page.getByRole('heading', { name, exact: true, level: 1 }).waitFor()

async function logIn(page: Page, next: string, password = ADA.password): Promise<void> {
  await page.goto(`/auth/login?next=${next}`)
  await page.getByLabel('E-Mail-Adresse oder Benutzername').fill(ADA.email)
  await page.getByLabel('Passwort', { exact: true }).fill(password)
  await press(page, 'Anmelden')
}
/** Looks at the page, which has no English left, and nothing that is cut off. */
async function germanPage(page: Page, name: string, title: string): Promise<void> {
  await heading(page, title)
  expect([name, await page.locator('html').getAttribute('lang')]).toEqual([name, 'de'])
  const text = await page.locator('body').innerText()
  expect([name, text.match(/\b(?:the|your|you|log|password|with|and|is)\b/gi)]).toEqual([name, null])
  await lookedAt(page, `german-${name}`)
  const cut = await page.evaluate(
    `[...document.querySelectorAll('button, .mark, summary')].filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)`,
  )
  expect([name, cut]).toEqual([name, []])
}

test.each([
  ['login', '/auth/login', 'Anmelden'],
  ['register', '/auth/register', 'Registrieren'],
  ['forgot', '/auth/forgot', 'Passwort vergessen?'],
  ['reset-over', '/auth/reset?token=none', 'Passwort vergessen?'],
  ['login-link', '/auth/login/link', 'Mit einem Link anmelden'],
  ['resend', '/auth/verify', 'Adresse bestätigen'],
  ['not-there', '/auth/admin', 'Nicht gefunden'],
])(
  'a browser that prefers German gets the page in German: %s',
  async (name, path, title) => {
    const page = await open('de-AT')
    await page.goto(path)
    await germanPage(page, name, title)
  },
  60_000,
)

test('what was wrong, and the words of the script, are in German', async () => {
  const page = await open('de')
  await logIn(page, '/auth/account', 'not the right one')
  await page.getByRole('alert').getByText('E-Mail-Adresse oder Passwort ist falsch.').waitFor()
  await page.getByRole('button', { name: 'Passwort anzeigen' }).waitFor()
  await germanPage(page, 'login-wrong', 'Anmelden')
}, 60_000)

test('the pages of an account are in German, and their forms work', async () => {
  const page = await open('de-DE')
  await logIn(page, '/auth/account')
  await germanPage(page, 'account', 'Ihr Konto')
  for (const [name, link, title] of [
    ['sessions', 'Wo Sie angemeldet sind', 'Wo Sie angemeldet sind'],
    ['email', 'E-Mail-Adresse ändern', 'E-Mail-Adresse ändern'],
    ['privacy', 'Ihre Daten', 'Ihre Daten'],
    ['factor', 'Zwei-Faktor-Anmeldung', 'Zwei-Faktor-Anmeldung'],
    ['passkeys', 'Passkeys', 'Passkeys'],
  ] as const) {
    await page.goto('/auth/account')
    await page.getByRole('link', { name: link, exact: true }).click()
    await germanPage(page, name, title)
  }
  await page.goto('/auth/privacy')
  expect(await page.locator('dl').first().innerText()).toContain('1.234')
  await press(page, 'Mein Konto löschen')
  await page.getByText(/Ihr Konto wird am \d\d\.\d\d\.\d{4} gelöscht\./).waitFor()
  await germanPage(page, 'deletion', 'Ihre Daten')
  await press(page, 'Mein Konto behalten')
  await page.getByRole('status').getByText('Ihr Konto bleibt bestehen.').waitFor()
  await page.goto('/auth/factor')
  await press(page, 'Einrichten')
  await germanPage(page, 'factor-enrol', 'Zwei-Faktor-Anmeldung')
  await page.goto('/auth/passkeys')
  await page.getByLabel('Name').fill('mein Telefon')
  await press(page, 'Passkey hinzufügen')
  await germanPage(page, 'passkey-create', 'Passkey hinzufügen')
  await page.goto('/auth/logout')
  await germanPage(page, 'logout', 'Abmelden')
}, 120_000)

test('the badge, its dialog and a kept form are in German', async () => {
  const page = await open('de')
  await page.setViewportSize({ width: 390, height: 800 })
  await logIn(page, '/page')
  await page.waitForURL('**/page')
  const host = page.locator('#usertwo-badge')
  const badge = host.locator('summary')
  await badge.click()
  expect(await badge.getAttribute('aria-label')).toMatch(/^Angemeldet als /)
  await host.getByRole('link', { name: 'Abmelden' }).waitFor()
  expect(await host.getAttribute('lang')).toBe('de')
  await lookedAt(page, 'german-badge')
  await app.stored('update usertwo.user_sessions set revoked_at = now()')
  await page.evaluate("void fetch('/save', { method: 'POST', body: 'text' }).catch(() => {})")
  const dialog = page.getByRole('dialog', { name: 'Ihre Anmeldung ist abgelaufen' })
  await dialog.getByLabel('Passwort').fill('not the right one')
  await dialog.getByRole('button', { name: 'Anmelden' }).click()
  await dialog.getByText('E-Mail-Adresse oder Passwort ist falsch.').waitFor()
  await lookedAt(page, 'german-dialog')
  await dialog.getByRole('button', { name: 'Nicht jetzt' }).click()
  await host.getByRole('alert').getByText('Ihre Anmeldung ist abgelaufen.').waitFor()
  await lookedAt(page, 'german-ended')
  await page.getByLabel('Notiz').fill('getippt')
  await press(page, 'Speichern')
  await germanPage(page, 'kept', 'Ihre Anmeldung ist abgelaufen')
}, 60_000)

test('a browser that prefers English has nothing in German, in the same app', async () => {
  const page = await open('en-GB')
  await page.goto('/auth/login')
  await heading(page, 'Log in')
  await page.getByRole('button', { name: 'Show password' }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
  expect(await page.locator('body').innerText()).not.toMatch(/Anmelden|Passwort/)
}, 60_000)
