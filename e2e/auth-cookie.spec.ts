// The journal with the refresh token in a cookie, in a browser, with script and without.
import { expect, test } from '@playwright/test'
import {
  ANN,
  built,
  giveLogin,
  hear,
  type Journal,
  journal,
  list,
  logInAnswer,
  oneRefreshForAll,
  watchApi,
} from './journal.js'

let at: Journal
let url: string

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000)
  at = await journal(browser, { env: COOKIE })
  url = at.url
})

test.afterEach(({ browser }) => at.closeClean(browser))
test.afterAll(() => at?.stop())

const COOKIE = { AUTH_COOKIE_REFRESH: 'true' }

test('five calls that meet an access token that is too old are one refresh, each sent once more', async ({
  browser,
}) => {
  const page = await at.enter(browser)
  await oneRefreshForAll(at, page)
})

test('a page that is opened with an access token that is too old opens where it was to, in one refresh', async ({
  browser,
}) => {
  const page = await at.enter(browser)
  await at.later(16)
  const asked = watchApi(page)
  await page.goto(`${url}/?q=a`)
  await expect(page).toHaveURL(`${url}/?q=a`)
  expect(asked.filter((line) => /continue|refresh/.test(line))).toEqual(['GET /api/auth/continue 302'])
})

test('a refresh token that was replaced is refused, and the login is over in every tab', async ({
  browser,
}) => {
  const page = await at.enter(browser)
  const tab = await at.tab(page.context(), '/drafts')
  const told = await hear(tab)
  expect(await list(page)).toBe(200)
  const old = await page.context().cookies()
  await at.later(16)
  expect(await list(page)).toBe(200)
  // Past the grace for answers that were lost.
  await at.session.database.sql(
    "update usertwo.user_sessions set rotated_at = rotated_at - interval '1 minute'",
  )
  const thief = await browser.newContext()
  await thief.addCookies(old)
  const answer = await thief.request.post(`${url}/api/auth/refresh`, { headers: { origin: url } })
  expect(answer.status()).toBe(401)
  expect(await list(page)).toBe(401)
  await expect.poll(told).toEqual([`null → ${ANN}`, `expired: ${ANN}`])
  await page.goto(`${url}/drafts`)
  await expect(page).toHaveURL(`${url}/auth/login?next=%2Fdrafts`)
})

test('a logout in one tab logs out the others', async ({ browser }) => {
  const page = await at.enter(browser)
  const tabs = [await at.tab(page.context()), await at.tab(page.context(), '/drafts')]
  const told = await Promise.all(tabs.map(hear))
  await page.evaluate('usertwo.logout()')
  for (const one of told) await expect.poll(one).toEqual([`null → ${ANN}`, `${ANN} → null`])
  for (const one of tabs) expect(await list(one)).toBe(401)
  expect((await page.context().cookies()).map(({ name }) => name)).toEqual(['usertwo-device'])
  await tabs[1]!.reload()
  await expect(tabs[1]!).toHaveURL(`${url}/auth/login?next=%2Fdrafts`)
})

test('a login by the client is in cookies alone, and needs no page of the toolkit', async ({ browser }) => {
  const page = await at.enter(browser)
  await page.evaluate('usertwo.logout()')
  expect(Object.keys(await logInAnswer(page))).toEqual(['access_token', 'token_type', 'expires_in'])
  await page.goto(`${url}/drafts`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Drafts')
  expect(await page.evaluate('[localStorage.length, sessionStorage.length]')).toEqual([0, 0])
})

test('the demo’s login of the journal’s own pages is off', async ({ browser }) => {
  const page = await at.enter(browser)
  for (const path of ['/', '/drafts', '/stats', '/entries/new', '/drafts/new', '/']) {
    const answered = page.waitForResponse(`${url}/api/auth/login`)
    await page.goto(url + path)
    expect((await answered).status()).toBe(403)
    await expect(page.locator('#who')).toHaveText('')
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
  }
  // Nor does it use up what a person has who mistypes.
  const another = await at.enter(browser)
  await expect(another.locator('#who')).toHaveText('')
})

test('a page built otherwise does as the server does, and says so', async ({ browser }) => {
  const page = await at.enter(browser)
  expect(await built(page, { cookieRefresh: 'true', userManagement: 'true' })).toEqual({
    user: ANN,
    warnings: [],
  })
  const { user, warnings } = await built(page, { cookieRefresh: 'false' })
  expect([user, warnings]).toEqual([
    ANN,
    [expect.stringMatching(/VITE_AUTH_COOKIE_REFRESH off; .* in the cookie/)],
  ])
})

test.describe('without script', () => {
  let plain: Journal

  test.beforeAll(async ({ browser }) => {
    test.setTimeout(180_000)
    plain = await journal(browser, { env: COOKIE, badge: true, beside: at })
  })

  test.afterEach(({ browser }) => plain.closeClean(browser))
  test.afterAll(() => plain?.stop())

  test('forms and uploads work', async ({ browser }) => {
    const page = await plain.enter(browser, { javaScriptEnabled: false })
    await page.getByRole('link', { name: 'Write' }).click()
    await page.getByLabel('Title').fill('By hand')
    await page.getByLabel('Text').fill('No script was here.')
    await page.getByLabel('Tags, with commas').fill('plain, old')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('By hand')
    await page
      .getByLabel('File', { exact: true })
      .setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('x'.repeat(70_000)) })
    await page.getByRole('button', { name: 'Attach' }).click()
    const file = page.getByRole('link', { name: 'note.txt' })
    const got = await page.request.get(plain.url + (await file.getAttribute('href')))
    expect(await got.text()).toBe('x'.repeat(70_000))
    await page.getByLabel('Afterthought', { exact: true }).fill('And so it was.')
    await page.getByRole('button', { name: 'Add' }).click()
    await expect(page.getByText('And so it was.')).toBeVisible()
    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByLabel('Title').fill('By both hands')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('By both hands')
    await page.goto(`${plain.url}/drafts/new`)
    await page.getByLabel('Title').fill('A draft')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Publish' }).click()
    await expect(page).toHaveURL(/\/entries\/[\w-]+$/)
    await page.locator('article').getByRole('button', { name: 'Delete' }).click()
    await expect(page).toHaveURL(`${plain.url}/`)
  })

  test('a form that was open while the login went is kept, and sent by its button', async ({ browser }) => {
    const page = await plain.enter(browser, { javaScriptEnabled: false })
    await page.goto(`${plain.url}/entries/new`)
    await page.getByLabel('Title').fill('Typed for an hour')
    await page.getByLabel('Text').fill('first\nsecond')
    await plain.later(60)
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByRole('heading', { name: 'Your login has ended' })).toBeVisible()
    await giveLogin(page)
    await expect(page.getByRole('heading', { name: 'Send what you typed' })).toBeVisible()
    await page.getByRole('button', { name: 'Send what you typed' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Typed for an hour')
    await expect(page.locator('article .body')).toHaveText('first\nsecond')
    // A file is not kept, and nothing is half done.
    const before = page.url()
    await page
      .getByLabel('File', { exact: true })
      .setInputFiles({ name: 'late.txt', mimeType: 'text/plain', buffer: Buffer.from('late') })
    await plain.later(16)
    await page.getByRole('button', { name: 'Attach' }).click()
    await expect(page.getByRole('alert')).toContainText('file')
    await page.goto(before)
    await expect(page).toHaveURL(before)
    await expect(page.getByRole('link', { name: 'late.txt' })).toHaveCount(0)
  })
})
