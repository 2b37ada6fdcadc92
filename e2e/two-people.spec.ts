import { expect, type Page, test } from '@playwright/test'
import { PASSWORD, type Wrapped, wrapped } from './wrapped.js'

let pile: Wrapped
let url: string

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  test.setTimeout(120_000)
  pile = await wrapped('comic-pile')
  url = pile.url
})

test.afterEach(() => pile.assertClean())
test.afterAll(() => pile?.stop())

const titles = async (page: Page) =>
  ((await (await page.request.get(`${url}/api/threads/`)).json()) as { title: string }[]).map(
    ({ title }) => title,
  )

let owner: Page
let other: Page

test('an anonymous visitor sees no page or answer of the app before logging in', async ({ page }) => {
  await page.goto(`${url}/queue`)
  await expect(page).toHaveURL(`${url}/auth/login?next=%2Fqueue`)
  expect((await page.request.get(`${url}/api/threads/`)).status()).toBe(401)
})

test('who registers first, without the claim code, has an empty pile', async ({ browser }) => {
  other = await pile.register(browser, 'second@example.com')
  await expect(other.getByText('Queue Empty')).toBeVisible()
  expect(await titles(other)).toEqual([])
})

test('who has the claim code has the twenty threads that were there', async ({ browser }) => {
  owner = await pile.register(browser, 'owner@example.com', pile.session.claimCode)
  await expect(owner.getByText('Roll Pool')).toBeVisible()
  expect(await titles(owner)).toHaveLength(20)
})

test('the second person adds, rolls and rates, and it is still so after a reload', async () => {
  const added = await other.request.post(`${url}/api/threads/`, {
    data: { title: 'Mine alone', format: 'Comic', issues_remaining: 3 },
    headers: { origin: url },
  })
  expect(added.status()).toBe(201)
  await other.reload()
  const die = await other.locator('#header-die-label').textContent()
  await other.locator('#main-die-3d').click()
  await expect(other).toHaveURL(`${url}/rate`)
  await expect(other.locator('#thread-info')).toContainText('Mine alone')
  await other.locator('#rating-input').fill('4.5')
  await other.locator('#submit-btn').click()
  await expect(other).toHaveURL(`${url}/`)
  await expect(other.locator('#header-die-label')).not.toHaveText(die!)
  const stepped = await other.locator('#header-die-label').textContent()
  await other.reload()
  await expect(other.locator('#header-die-label')).toHaveText(stepped!)
})

test('neither sees the other’s', async () => {
  expect(await titles(other)).toEqual(['Mine alone'])
  expect(await titles(owner)).not.toContain('Mine alone')
  await owner.goto(`${url}/queue`)
  await expect(owner.getByText('Saga', { exact: true })).toBeVisible()
  await expect(owner.getByText('Mine alone')).toHaveCount(0)
})

test('after logging out the pages are closed again, and only one’s own', async () => {
  await other.goto(`${url}/auth/logout`)
  await other.getByRole('button', { name: 'Log out' }).click()
  await other.goto(`${url}/queue`)
  await expect(other).toHaveURL(`${url}/auth/login?next=%2Fqueue`)
  expect((await owner.request.get(`${url}/api/threads/`)).status()).toBe(200)
})

test('the badge says who it is, and what is done when the login has ended waits for the next one', async () => {
  await owner.goto(`${url}/queue`)
  const badge = owner.locator('#usertwo-badge')
  await badge.locator('summary').click()
  await expect(badge.getByRole('link', { name: 'Log out' })).toBeVisible()
  await owner.getByRole('button', { name: 'Add Thread' }).click()
  const form = owner.getByRole('dialog', { name: 'Add Thread' })
  await form.getByLabel('Title').fill('Typed before the login ended')
  await form.getByLabel('Format').fill('Comic')
  await form.getByLabel('Issues Remaining').fill('3')
  await pile.session.database.sql('update usertwo.user_sessions set revoked_at = now()')
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  const login = badge.getByRole('dialog', { name: 'Your login has ended' })
  await login.getByLabel('Password').fill(PASSWORD)
  await login.getByRole('button', { name: 'Log in' }).click()
  await expect(login).toHaveCount(0)
  await expect(owner.locator('#queue-container > li').filter({ hasText: 'Typed before' })).toHaveCount(1)
  expect((await titles(owner)).filter((title) => title.startsWith('Typed before'))).toHaveLength(1)
})

test('a page from before React works with the login of the browser, until phase 7 retires it', async () => {
  const { url: older } = await pile.session.app({ realTime: true, dial: 6 })
  await owner.goto(older)
  await owner.locator('#main-die-3d').click()
  await expect(owner).toHaveURL(`${older}/rate`)
  await owner.goto(`${older}/api/rate/`)
  await expect(owner.locator('#thread-info')).not.toHaveText(/Loading|Inactive/)
  const saved = owner.waitForResponse(`${older}/api/rate/`)
  await owner.locator('#submit-btn').click()
  expect((await saved).status()).toBe(200)
  await expect(owner).toHaveURL(`${older}/`)
  await owner.goto(`${url}/api/rate/`)
  await expect(owner).toHaveURL(`${url}/rate`)
})
