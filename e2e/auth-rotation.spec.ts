// The journal with refresh tokens in answers, kept by a page in memory, in a browser.
import { expect, test } from '@playwright/test'
import {
  ANN,
  built,
  hear,
  type Journal,
  journal,
  list,
  logIn,
  logInAnswer,
  oneRefreshForAll,
} from './journal.js'

let at: Journal
let url: string

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000)
  at = await journal(browser)
  url = at.url
})

test.afterEach(({ browser }) => at.closeClean(browser))
test.afterAll(() => at?.stop())

/** Who still has a login, by what they came with. */
const alive = () =>
  at.session.database.sql(
    'select id, user_agent, issued_at, refresh_id from usertwo.user_sessions where revoked_at is null order by issued_at',
  )

test('five calls that meet an access token that is too old are one refresh, each sent once more', async ({
  browser,
}) => {
  const page = await at.enter(browser)
  expect(await logIn(page)).toBe(ANN)
  await oneRefreshForAll(at, page)
})

test('a refresh token that was replaced is refused, and the tab learns that its login has ended', async ({
  browser,
}) => {
  const page = await at.enter(browser)
  const { refresh_token: old } = await logInAnswer(page)
  const told = await hear(page)
  await at.later(16)
  expect(await list(page)).toBe(200)
  const answer = await page.request.post(`${url}/api/auth/refresh`, { data: { refresh_token: old } })
  expect(answer.status()).toBe(401)
  expect(await answer.json()).toMatchObject({ code: 'authentication_required' })
  expect(await list(page)).toBe(401)
  await expect.poll(told).toEqual([`expired: ${ANN}`])
})

test('a logout in one tab logs out the others, however old what they have', async ({ browser }) => {
  await at.session.database.sql('update usertwo.user_sessions set revoked_at = now()')
  const page = await at.enter(browser)
  const tabs = [await at.tab(page.context()), await at.tab(page.context(), '/drafts')]
  for (const one of [page, ...tabs]) expect(await logIn(one)).toBe(ANN)
  expect(await alive()).toHaveLength(4)
  const told = await Promise.all(tabs.map(hear))
  await at.later(16)
  await page.evaluate('usertwo.logout()')
  for (const one of told) await expect.poll(one).toEqual([`${ANN} → null`])
  for (const one of tabs) expect(await list(one)).toBe(401)
  await expect.poll(alive).toEqual([])
})

test('without script, a form that was open for an hour is done: the page’s cookie lasts as long as the login', async ({
  browser,
}) => {
  const page = await at.enter(browser, { javaScriptEnabled: false })
  await page.goto(`${url}/entries/new`)
  await page.getByLabel('Title').fill('Typed for an hour')
  await at.later(60)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Typed for an hour')
})

test('a page built otherwise does as the server does, and says so', async ({ browser }) => {
  const page = await at.enter(browser)
  expect(await built(page, { cookieRefresh: 'false', userManagement: 'true' })).toEqual({
    user: ANN,
    warnings: [],
  })
  const { user, warnings } = await built(page, { cookieRefresh: 'true' })
  expect([user, warnings]).toEqual([
    ANN,
    [expect.stringMatching(/VITE_AUTH_COOKIE_REFRESH on; .* in the body/)],
  ])
  await page.context().clearCookies()
  const off = await built(page, { userManagement: 'false' })
  expect(off).toEqual({
    user: null,
    warnings: [expect.stringMatching(/VITE_USER_MGMT_ENABLED.*asks for a login/)],
  })
})

test('where user management is off the demo logs in by itself, and a page with the client goes on without it', async ({
  browser,
}) => {
  const env = { JOURNAL_DEMO_AUTO_LOGIN: '1', USER_MGMT_ENABLED: 'false', AUTH_COOKIE_REFRESH: 'false' }
  const { url: off } = await at.session.app({ realTime: true, dial: 5, env })
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(off)
  await expect(page.locator('#who')).toHaveText('demo')
  expect(await page.evaluate("'usertwo' in window")).toBe(false)
  // As a bundler has put it into the page.
  const client = await (await page.request.get(`${url}/api/auth/client.js`)).text()
  await page.route(`${off}/api/auth/client.js`, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: client }),
  )
  await page.reload()
  expect(await list(page)).toBe(200)
  expect(await logIn(page)).toBe('user_management_off')
  expect(await built(page, { userManagement: 'false' })).toEqual({ user: null, warnings: [] })
  const { user, warnings } = await built(page, { userManagement: 'true' })
  expect([user, warnings]).toEqual([null, [expect.stringContaining('USER_MGMT_ENABLED')]])
})
