// A reader's tasks in comic-pile at phase 8, and what another user sees of them: nothing.
import { type Browser, expect, type Page, test } from '@playwright/test'
import { assertForEverybody } from './axe.js'
import { PASSWORD, type Wrapped, wrapped } from './wrapped.js'

const PAGES: [path: string, heading: string][] = [
  ['/', 'Pile Roller'],
  ['/rate', 'Rate Session'],
  ['/queue', 'Read Queue'],
  ['/history', 'History'],
  ['/analytics', 'Analytics'],
  ['/settings', 'Settings'],
]

let pile: Wrapped
let url: string
let owner: Page
let other: Page

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000)
  pile = await wrapped('comic-pile')
  url = pile.url
  other = await register(browser, 'second@example.com')
  owner = await register(browser, 'owner@example.com', pile.session.claimCode)
})

test.afterAll(() => pile?.stop())

test.afterEach(() => pile.assertClean())

async function register(browser: Browser, email: string, claimCode?: string): Promise<Page> {
  const page = await pile.register(browser, email, claimCode)
  page.on('dialog', (dialog) => dialog.accept())
  return page
}

const titles = (page: Page) => page.locator('#queue-container > li .row-title').allTextContents()
async function queue(page: Page): Promise<string[]> {
  await page.goto(`${url}/queue`)
  await expect(page.locator('#queue-container')).toBeAttached()
  return titles(page)
}

async function add(page: Page, title: string): Promise<void> {
  await page.goto(`${url}/queue`)
  await page.getByRole('button', { name: 'Add Thread' }).click()
  const form = page.getByRole('dialog', { name: 'Add Thread' })
  await form.getByLabel('Title').fill(title)
  await form.getByLabel('Format').fill('Comic')
  await form.getByLabel('Issues Remaining').fill('9')
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.locator('#queue-container > li').filter({ hasText: title })).toBeVisible()
}

async function rollAndRate(page: Page, rating: string): Promise<void> {
  await page.goto(url)
  await page.locator('#main-die-3d').click()
  await expect(page.locator('h1')).toHaveText('Rate Session')
  await expect(page.locator('#thread-info h2')).toBeVisible()
  await page.locator('#rating-input').fill(rating)
  await page.locator('#submit-btn').click()
  await expect(page.locator('h1')).toHaveText('Pile Roller')
}

for (const who of ['the owner', 'a second person'])
  test(`${who} opens, leaves, comes back to and reloads every page`, async () => {
    test.setTimeout(180_000)
    const page = who === 'the owner' ? owner : other
    const at = async (path: string, heading: string) => {
      await expect(page).toHaveURL(url + path)
      await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
    }
    await page.goto(url)
    let before = PAGES[0]!
    for (const here of PAGES.slice(1)) {
      const name = `${here[1].replace(/^Rate Session$/, 'Rate').replace(/^Read Queue$/, 'Queue')} page`
      await page.getByRole('link', { name }).click()
      await at(...here)
      await page.goBack()
      await at(...before)
      await page.goForward()
      await at(...here)
      await page.reload()
      await at(...here)
      await page.waitForLoadState('networkidle')
      await assertForEverybody(page)
      before = here
    }
    await page.goto(url)
    await page.waitForLoadState('networkidle')
    await assertForEverybody(page)
  })

test('a session is opened, left, come back to and reloaded', async () => {
  await owner.goto(`${url}/history`)
  await owner.locator('#sessions-list a').first().click()
  await expect(owner).toHaveURL(/\/sessions\/\d+$/)
  const there = owner.url()
  await owner.goBack()
  await expect(owner.locator('#sessions-list')).toBeVisible()
  await owner.goForward()
  await expect(owner.getByRole('heading', { name: 'Snapshots' })).toBeVisible()
  await owner.reload()
  await expect(owner).toHaveURL(there)
  await expect(owner.getByRole('heading', { name: 'Snapshots' })).toBeVisible()
  await assertForEverybody(owner)
  // To another user it looks like one that never existed.
  expect((await other.request.get(there.replace('/sessions/', '/api/sessions/'))).status()).toBe(404)
})

test('a thread is moved in the queue, by keyboard and by hand, and stays there', async () => {
  for (const title of ['First of two', 'Second of two']) await add(other, title)
  const row = (title: string) => other.locator('#queue-container > li').filter({ hasText: title })
  const handle = (title: string) => row(title).getByRole('button', { name: 'Drag to reorder' })
  const before = await titles(other)
  const moved = [...before].reverse()
  expect(before).toHaveLength(2)
  await handle(before[1]!).press('ArrowUp')
  await expect.poll(() => titles(other)).toEqual(moved)
  await other.reload()
  await expect.poll(() => titles(other)).toEqual(moved)
  await handle(moved[1]!).dragTo(row(moved[0]!))
  await expect.poll(() => titles(other)).toEqual(before)
  await other.reload()
  await expect.poll(() => titles(other)).toEqual(before)
  await assertForEverybody(other)
  expect((await queue(owner)).filter((title) => / of two$/.test(title))).toEqual([])
})

test('undo and restore bring one’s own queue back, and leave everybody else’s', async () => {
  test.setTimeout(120_000)
  const theirs = await queue(other)
  await rollAndRate(owner, '4.5')
  const before = await queue(owner)
  await rollAndRate(owner, '1.0')
  expect(await queue(owner)).not.toEqual(before)
  const newest = async () => {
    await owner.goto(`${url}/history`)
    await owner.locator('#sessions-list a').first().click()
    await expect(owner.locator('#snapshots-list > li').first()).toBeVisible()
  }
  await newest()
  const rows = owner.locator('#snapshots-list > li').filter({ hasText: 'After rating 4.5/5.0' })
  const ids = await rows.evaluateAll((items) =>
    items.map((item) => Number((item as unknown as { dataset: { snapshotId: string } }).dataset.snapshotId)),
  )
  const row = owner.locator(`#snapshots-list > li[data-snapshot-id="${Math.max(...ids)}"]`)
  await row.getByRole('button', { name: 'Undo to here' }).click()
  await expect(owner.getByRole('status')).toHaveText('Queue restored')
  expect(await queue(owner)).toEqual(before)

  await add(owner, 'Dropped by a restore')
  await newest()
  await owner.getByRole('button', { name: 'Restore Session Start' }).click()
  await expect(owner.getByRole('status')).toHaveText('Queue restored')
  await assertForEverybody(owner)
  expect(await queue(owner)).not.toContain('Dropped by a restore')
  expect(await queue(other)).toEqual(theirs)
})

test('who logs in again rolls and rates where they were', async () => {
  await other.goto(`${url}/auth/logout`)
  await other.getByRole('button', { name: 'Log out' }).click()
  await other.goto(`${url}/queue`)
  await expect(other).toHaveURL(`${url}/auth/login?next=%2Fqueue`)
  await assertForEverybody(other)
  await other.locator('input[name=email]').fill('second@example.com')
  await other.locator('input[name=password]').fill(PASSWORD)
  await other.getByRole('button', { name: 'Log in', exact: true }).click()
  await expect(other).toHaveURL(`${url}/queue`)
  await rollAndRate(other, '4.5')
  expect((await queue(other)).filter((title) => / of two$/.test(title))).toHaveLength(2)
})
