import { type Browser, expect, type Page, test } from '@playwright/test'
import type { loadProject } from '../src/tools/gate/project.js'
import type { GateSession, openSession } from '../src/tools/gate/session.js'
import type { openTemplates, Templates } from '../src/tools/gate/templates.js'

// The gate starts the app with preloads that lie beside its compiled self.
const built = (module: string) => import(new URL(`../dist/tools/gate/${module}.js`, import.meta.url).href)
const PASSWORD = 'a phrase that is long enough'

let templates: Templates
let session: GateSession
let url: string

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  test.setTimeout(120_000)
  const project = await ((await built('project')) as { loadProject: typeof loadProject }).loadProject(
    'examples/comic-pile',
  )
  templates = await ((await built('templates')) as { openTemplates: typeof openTemplates }).openTemplates(
    project,
  )
  const open = ((await built('session')) as { openSession: typeof openSession }).openSession
  const { signal } = new AbortController()
  session = await open({ project, templates, phase: 8, signal, traffic: async () => [] })
  url = (await session.app({ realTime: true })).url
})

test.afterAll(async () => {
  await session?.close()
  await templates?.stop()
})

/** Registers in a browser of one's own, and is logged in by the page itself. */
async function register(browser: Browser, email: string, claimCode?: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await page.goto(`${url}/auth/register`)
  await page.locator('input[name=email]').fill(email)
  await page.locator('input[name=password]').fill(PASSWORD)
  if (claimCode) await page.locator('input[name=claim_code]').fill(claimCode)
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(page).toHaveURL(`${url}/`)
  return page
}

const titles = async (page: Page) =>
  ((await (await page.request.get(`${url}/api/threads/`)).json()) as { title: string }[]).map(
    ({ title }) => title,
  )

let owner: Page
let other: Page

test('nobody sees a page or an answer of the app before logging in', async ({ page }) => {
  await page.goto(`${url}/queue`)
  await expect(page).toHaveURL(`${url}/auth/login?next=%2Fqueue`)
  expect((await page.request.get(`${url}/api/threads/`)).status()).toBe(401)
})

test('who registers first, without the claim code, has an empty pile', async ({ browser }) => {
  other = await register(browser, 'second@example.com')
  await expect(other.getByText('Queue Empty')).toBeVisible()
  expect(await titles(other)).toEqual([])
})

test('who has the claim code has the twenty threads that were there', async ({ browser }) => {
  owner = await register(browser, 'owner@example.com', session.claimCode)
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
  await expect(badge.getByRole('link', { name: 'Log out' })).toBeVisible()
  await owner.getByRole('button', { name: 'Add Thread' }).click()
  const form = owner.getByRole('dialog', { name: 'Add Thread' })
  await form.getByLabel('Title').fill('Typed before the login ended')
  await form.getByLabel('Format').fill('Comic')
  await form.getByLabel('Issues Remaining').fill('3')
  await session.database.sql('update usertwo.user_sessions set revoked_at = now()')
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  const login = badge.getByRole('dialog', { name: 'Your login has ended' })
  await login.getByLabel('Password').fill(PASSWORD)
  await login.getByRole('button', { name: 'Log in' }).click()
  await expect(login).toHaveCount(0)
  await expect(owner.locator('#queue-container > li').filter({ hasText: 'Typed before' })).toHaveCount(1)
  expect((await titles(owner)).filter((title) => title.startsWith('Typed before'))).toHaveLength(1)
})

test('a page from before React works with the login of the browser, until phase 7 retires it', async () => {
  const { url: older } = await session.app({ realTime: true, dial: 6 })
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
