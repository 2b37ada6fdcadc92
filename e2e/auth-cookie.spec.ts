// The journal with the refresh token in a cookie, in a browser, with script and without.
import { expect, type Page, test } from '@playwright/test'
import { ANN, type Journal, journal, list, watchApi } from './journal.js'

let at: Journal
let ann: Page

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000)
  at = await journal({ AUTH_COOKIE_REFRESH: 'true' })
  ann = await at.register(browser, ANN, at.session.claimCode)
})

test.afterEach(() => at.assertClean())
test.afterAll(() => at?.stop())

test('an access token that is too old is one refresh and one retry', async () => {
  expect(await list(ann)).toBe(200)
  await at.later(16)
  const asked = watchApi(ann)
  expect(await list(ann)).toBe(200)
  expect(asked).toEqual(['GET /api/v1/entries 401', 'POST /api/auth/refresh 200', 'GET /api/v1/entries 200'])
})
