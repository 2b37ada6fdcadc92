// The page of a user's data in a browser, with script and without: looked at, exported, deleted and kept.
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from '@playwright/test'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unzipped } from '../proof/checks/6-isolation/privacy/privacy.js'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { parseConfig } from '../src/config/config.js'
import { connect } from '../src/database/connect.js'
import { createUser } from '../src/phases/4-auth/registration/create-user.js'
import { lookedAt } from './support/looked-at.js'
import { type WrappedApp, wrappedApp } from './support/wrapped-app.js'

const ADA = { email: 'ada@example.com', password: 'a long enough one' }
let browser: Browser
let app: WrappedApp
let baseURL: string
let id: number

beforeAll(async () => {
  browser = await launchBrowser()
  app = await wrappedApp(() => express(), {
    config: { name: 'Comic pile' },
    env: { ENVIRONMENT: 'development', TRUST_PROXY: '0', PRIVACY_DASHBOARD: 'true' },
  })
  const db = connect(app.urls.url, { system: true })
  id = Number(await createUser(db, parseConfig(app.config), ADA))
  await db.destroy()
  await app.stored(
    `insert into notes (text, user_id) select 'note ' || n, ${id} from generate_series(1, 3) n`,
  )
  await app.stored(`insert into notes (text, user_id) values ('of another', 1)`)
  baseURL = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await app?.dispose()
})

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

async function logIn(page: Page): Promise<void> {
  await page.goto('/auth/login?next=/auth/account')
  await page.getByLabel('E-mail or user name').fill(ADA.email)
  await page.getByLabel('Password', { exact: true }).fill(ADA.password)
  await press(page, 'Log in')
  await page.waitForURL('**/auth/account')
}

async function downloaded(page: Page, start: () => Promise<void>): Promise<Map<string, string>> {
  const [download] = await Promise.all([page.waitForEvent('download'), start()])
  expect(download.suggestedFilename()).toMatch(/^export-\d{4}-\d\d-\d\d\.zip$/)
  return unzipped(readFileSync(await download.path()))
}

test.each([
  ['with script', true],
  ['without script', false],
])(
  'a user sees, downloads, deletes and keeps what is stored: %s',
  async (_how, javaScriptEnabled) => {
    const context = await browser.newContext({ baseURL, javaScriptEnabled, acceptDownloads: true })
    const page = await context.newPage()
    const look = (name: string) => (javaScriptEnabled ? lookedAt(page, name) : Promise.resolve())
    await logIn(page)
    await page.getByRole('link', { name: 'Your data' }).click()
    await page.getByRole('heading', { name: 'Your data', exact: true }).waitFor()
    await look('privacy')

    const files = await downloaded(page, () => press(page, 'Download'))
    expect(JSON.parse(files.get('app/notes.json')!)).toHaveLength(3)
    expect([...files.values()].join()).not.toContain('of another')
    if (javaScriptEnabled) await page.getByText('The file is complete.').waitFor()

    // The login is old: the password comes first, and then the file.
    await app.stored(`update usertwo.user_sessions set issued_at = issued_at - interval '1 day',
    authenticated_at = authenticated_at - interval '1 day' where user_id = ${id}`)
    await press(page, 'Download')
    await page.getByRole('heading', { name: 'Your password, please' }).waitFor()
    await look('privacy-password')
    await page.getByLabel('Password', { exact: true }).fill('not the right one')
    await press(page, 'Go on')
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Password', { exact: true }).fill(ADA.password)
    await press(page, 'Go on')
    await page.getByText('Thank you. You can download it now.').waitFor()
    expect((await downloaded(page, () => press(page, 'Download'))).size).toBeGreaterThan(4)

    await press(page, 'Delete my account')
    await page.getByText(/Your account will be deleted on \d{4}-\d\d-\d\d\./).waitFor()
    await look('privacy-due')
    expect(await page.getByRole('button', { name: 'Delete my account' }).count()).toBe(0)
    await press(page, 'Keep my account')
    await page.getByText('Your account stays.').waitFor()
    expect(await app.stored('select from usertwo.deletions')).toHaveLength(0)
    await page.goto('/auth/account')
    await page.getByText('Deletion of the account taken back').first().waitFor()
    await context.close()
  },
  120_000,
)
