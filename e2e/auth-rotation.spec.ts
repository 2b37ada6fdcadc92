// The journal with refresh tokens in answers, kept by a page in memory, in a browser.
import { expect, test } from '@playwright/test'
import { ANN, hear, type Journal, journal, list, logIn, logInAnswer, watchApi, write } from './journal.js'

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

const REFRESHED = 'POST /api/auth/refresh 200'

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
  expect(await list(page)).toBe(200)
  await at.later(16)
  const asked = watchApi(page)
  expect(await list(page)).toBe(200)
  expect(asked).toEqual(['GET /api/v1/entries 401', REFRESHED, 'GET /api/v1/entries 200'])
  await at.later(16)
  asked.length = 0
  expect(await write(page, ['1', '2', '3', '4', '5'])).toEqual(Array(5).fill(201))
  expect(asked.filter((line) => line === REFRESHED)).toHaveLength(1)
  expect(asked.filter((line) => line === 'POST /api/v1/entries 401')).toHaveLength(5)
  expect(asked).toHaveLength(11)
})

test('a refresh token that was replaced is refused, and the tab is told that its login is over', async ({
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
