// comic-pile with its third edit: its page has the client, and no badge.
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import type { GateSession } from '../proof/gate/session.js'
import { folderOf, PASSWORD, type Wrapped, wrapped } from './wrapped.js'

let pile: Wrapped
let session: GateSession
let url: string

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  test.setTimeout(180_000)
  pile = await wrapped('comic-pile', {
    config: (given) => ({ ...given, auth: { ...given.auth, badge: false } }),
    prepare: buildPage,
  })
  ;({ session, url } = pile)
})

test.afterEach(() => pile.assertClean())
test.afterAll(() => pile?.stop())

/** The page with the client in it, where the app under test takes its pages from. */
async function buildPage(opened: GateSession): Promise<void> {
  const vite = createRequire(join(folderOf('comic-pile'), 'package.json')).resolve('vite/package.json')
  const outDir = join(await opened.scratch(), 'dist')
  const args = ['build', '--config', 'vite.hardened.config.js', '--outDir', outDir, '--emptyOutDir']
  execFileSync(process.execPath, [join(vite, '..', 'bin', 'vite.js'), ...args], {
    cwd: folderOf('comic-pile'),
    env: { ...process.env, NODE_ENV: 'production' },
  })
}

const bar = (page: Page) => page.locator('.account-bar')
const endLogins = () => session.database.sql('update usertwo.user_sessions set revoked_at = now()')
let owner: Page

test('the header says who reads, and what is for administrators is for them alone', async ({ browser }) => {
  const other = await pile.register(browser, 'second@example.com')
  await expect(bar(other).getByRole('link', { name: 'Account' })).toBeVisible()
  await expect(bar(other)).toContainText('second')
  await expect(bar(other).getByRole('link', { name: 'Invite readers' })).toHaveCount(0)
  await expect(other.getByRole('link', { name: 'Analytics page' })).toBeHidden()
  await expect(other.locator('#usertwo-badge')).toHaveCount(0)
  await pile.assertClean()
  owner = await pile.register(browser, 'owner@example.com', session.claimCode)
  await expect(bar(owner).getByRole('link', { name: 'Invite readers' })).toBeVisible()
  await expect(owner.getByRole('link', { name: 'Analytics page' })).toBeVisible()
  await expect(owner.getByText('Roll Pool')).toBeVisible()
  await pile.assertClean()
})

test('rolls and rates as without it', async () => {
  await owner.locator('#main-die-3d').click()
  await expect(owner).toHaveURL(`${url}/rate`)
  await owner.locator('#rating-input').fill('4.5')
  await owner.locator('#submit-btn').click()
  await expect(owner).toHaveURL(`${url}/`)
  await pile.assertClean()
})

test('a login that has ended is said over the page; what was typed is there after the next one', async () => {
  await owner.goto(`${url}/queue`)
  await expect(bar(owner).getByRole('link', { name: 'Account' })).toBeVisible()
  await owner.getByRole('button', { name: 'Add Thread' }).click()
  const form = owner.getByRole('dialog', { name: 'Add Thread' })
  await form.getByLabel('Title').fill('Typed before the login ended')
  await form.getByLabel('Format').fill('Comic')
  await endLogins()
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  const notice = owner.getByRole('dialog', { name: 'Your login has ended' })
  await expect(notice.getByLabel('E-mail or user name')).toHaveValue('owner@example.com')
  await notice.getByLabel('Password').fill('not the right one')
  await notice.getByRole('button', { name: 'Log in' }).click()
  await expect(notice.getByRole('alert')).toHaveText('E-mail or password is wrong.')
  await pile.assertClean()
  await notice.getByLabel('Password').fill(PASSWORD)
  await notice.getByRole('button', { name: 'Log in' }).click()
  await expect(notice).toHaveCount(0)
  await expect(owner).toHaveURL(`${url}/queue`)
  await expect(form.getByLabel('Title')).toHaveValue('Typed before the login ended')
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(owner.locator('#queue-container > li').filter({ hasText: 'Typed before' })).toHaveCount(1)
  await pile.assertClean()
})

test('five calls that meet the end of a login make one notice', async () => {
  await endLogins()
  await owner.goto(`${url}/`)
  // A page is not opened without a login; one that is open already says so.
  await expect(owner).toHaveURL(`${url}/auth/login?next=%2F`)
  await owner.locator('input[name=email]').fill('owner@example.com')
  await owner.locator('input[name=password]').fill(PASSWORD)
  await owner.getByRole('button', { name: 'Log in', exact: true }).click()
  await expect(owner.getByText('Roll Pool')).toBeVisible()
  await expect(bar(owner).getByRole('link', { name: 'Account' })).toBeVisible()
  await endLogins()
  const asked: string[] = []
  owner.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`))
  for (const name of ['History', 'Queue', 'Settings'])
    await owner.getByRole('link', { name: `${name} page` }).dispatchEvent('click')
  await expect(owner.getByRole('dialog', { name: 'Your login has ended' })).toHaveCount(1)
  expect(asked.filter((line) => /refresh|auth\/login/.test(line))).toEqual([])
})

test('another tab hears of login and logout, and sees nothing of who was here before', async () => {
  const tab = pile.watch(await owner.context().newPage())
  const notice = owner.getByRole('dialog', { name: 'Your login has ended' })
  await notice.getByLabel('Password').fill(PASSWORD)
  await notice.getByRole('button', { name: 'Log in' }).click()
  await expect(notice).toHaveCount(0)
  await tab.goto(`${url}/queue`)
  await expect(tab.getByText('Saga', { exact: true })).toBeVisible()
  await bar(owner).getByRole('button', { name: 'Log out' }).click()
  await expect(owner).toHaveURL(/\/auth\/login/)
  await expect(tab).toHaveURL(/\/auth\/login\?next=%2Fqueue/)
  // Who logs in by the page of the server: a tab that is looked at again knows.
  await tab.locator('input[name=email]').fill('second@example.com')
  await tab.locator('input[name=password]').fill(PASSWORD)
  await tab.getByRole('button', { name: 'Log in', exact: true }).click()
  await expect(tab).toHaveURL(`${url}/queue`)
  await expect(bar(tab)).toContainText('second')
  await expect(tab.getByText('The queue is empty.')).toBeVisible()
  await expect(tab.getByText('Saga', { exact: true })).toHaveCount(0)
  await pile.assertClean()
})

test('every page opens with the routes of operators off', async () => {
  const page = owner
  await page.goto(`${url}/`)
  for (const path of ['/', '/rate', '/queue', '/history', '/settings', '/analytics']) {
    const failed: string[] = []
    page.on('response', (answer) => {
      if (answer.status() >= 400 && answer.status() !== 404) failed.push(`${answer.status()} ${answer.url()}`)
    })
    await page.goto(url + path)
    await expect(page.locator('h1')).toBeVisible()
    await page.reload()
    await expect(page.locator('h1')).toBeVisible()
    expect(failed).toEqual([])
    await pile.assertClean()
  }
})

test('the same page goes on where the short cookie of a login is over and the refresh token is in another', async ({
  browser,
}) => {
  const env = { TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: 'true' }
  const { url: other } = await session.app({ realTime: true, env })
  const context = await browser.newContext()
  const page = pile.watch(await context.newPage())
  await page.goto(`${other}/queue`)
  await page.locator('input[name=email]').fill('owner@example.com')
  await page.locator('input[name=password]').fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await expect(page.getByText('Saga', { exact: true })).toBeVisible()
  const refreshed = page.waitForResponse(`${other}/api/auth/refresh`)
  await context.clearCookies({ name: 'usertwo' })
  await page.getByRole('link', { name: 'History page' }).click()
  expect((await refreshed).status()).toBe(200)
  await expect(page.locator('#sessions-list')).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await context.clearCookies({ name: 'usertwo' })
  await page.reload()
  await expect(page).toHaveURL(`${other}/history`)
  await expect(bar(page).getByRole('link', { name: 'Invite readers' })).toBeVisible()
  await pile.assertClean()
})
