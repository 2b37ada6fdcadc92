// A form of an app that meets an ended login, in a real browser, with and without script. SHOTS=folder keeps pictures.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { ANN, type BadgeApp, BOB, badgeApp } from './support/badge-app.js'

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

const TYPED = 'first line\nsecond "line" & <b>'
async function typed(page: Page): Promise<void> {
  await page.getByLabel('Note').fill(TYPED)
  await page.getByLabel('Tag').fill('é+ü')
  await page.getByLabel('Secret').fill('not to be kept')
  await at.endLogins()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Your login has ended' }).waitFor()
}
async function logIn(page: Page, { email, password }: typeof ANN): Promise<void> {
  await page.getByLabel('E-mail or user name').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
}
async function look(page: Page, name: string): Promise<void> {
  const over = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  expect(await page.evaluate(over)).toBe(0)
  if (!SHOTS) return
  mkdirSync(SHOTS, { recursive: true })
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true })
}

test.each([
  [true, 'light'],
  [false, 'dark'],
] as const)(
  'its fields are kept and sent by a button (script: %s, %s)',
  async (javaScriptEnabled, colorScheme) => {
    const viewport = { width: 320, height: 600 }
    const page = await at.working(browser, { javaScriptEnabled, colorScheme, viewport })
    const refused: string[] = []
    page.on('console', (line) => void refused.push(line.text()))
    await typed(page)
    await look(page, `kept-login-${colorScheme}`)
    await logIn(page, { ...ANN, password: 'not the right one' })
    await page.getByText('E-mail or password is wrong.').waitFor()
    expect(await page.title()).toBe('Error: Your login has ended · Notes')
    await logIn(page, ANN)
    await page.getByRole('heading', { name: 'Send what you typed' }).waitFor()
    await page.getByText('What is sent, to /save').click()
    await look(page, `kept-send-${colorScheme}`)
    expect(at.done).toEqual([])
    await page.getByRole('button', { name: 'Send what you typed' }).click()
    await page.waitForURL(`${at.url}/save?from=page`)
    await page.getByText('{"saved":1}').waitFor()
    expect(at.done.map(({ user, path }) => ({ user, path }))).toEqual([{ user: 1, path: '/save?from=page' }])
    const { _csrf, ...fields } = Object.fromEntries(new URLSearchParams(at.done[0]!.body))
    expect(fields).toEqual({ note: TYPED.replaceAll('\n', '\r\n'), tag: 'é+ü' })
    expect(_csrf).toBeDefined()
    expect(refused.filter((line) => line.includes('Content Security'))).toEqual([])
  },
)

test('another user who logs in sees that the text was discarded', async () => {
  const page = await at.working(browser)
  await typed(page)
  await logIn(page, BOB)
  await page.getByText('was thrown away').waitFor()
  await look(page, 'kept-thrown-away')
  expect(await page.content()).not.toContain('second')
  expect(at.done).toEqual([])
})

test('a login as another user in the meantime prevents sending it', async () => {
  const page = await at.working(browser)
  await typed(page)
  await logIn(page, ANN)
  await page.getByRole('heading', { name: 'Send what you typed' }).waitFor()
  const other = await page.context().newPage()
  await other.goto('/auth/logout')
  await other.getByRole('button', { name: 'Log out' }).click()
  await logIn(other, BOB)
  await other.waitForURL(`${at.url}/`)
  await page.getByRole('button', { name: 'Send what you typed' }).click()
  await page.getByRole('heading', { name: 'Another user is logged in' }).waitFor()
  expect(at.done).toEqual([])
})
