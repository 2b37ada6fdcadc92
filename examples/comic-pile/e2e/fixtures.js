import { test as base } from '@playwright/test'

/**
 * The tests' own `test`. With E2E_EMAIL and E2E_PASSWORD each worker logs in once and all its pages share that
 * login; with E2E_STORAGE_STATE they start from a saved one; else there is no login.
 */
export const test = base.extend({
  login: [
    async ({ browser }, use, workerInfo) => {
      const { E2E_EMAIL, E2E_PASSWORD, E2E_STORAGE_STATE } = process.env
      if (!E2E_EMAIL || !E2E_PASSWORD) return use(E2E_STORAGE_STATE)
      const { baseURL } = workerInfo.project.use
      const context = await browser.newContext({ baseURL, storageState: undefined })
      const page = await context.newPage()
      await page.goto('/auth/login')
      await page.locator('input[name=email]').fill(E2E_EMAIL)
      await page.locator('input[name=password]').fill(E2E_PASSWORD)
      await page.locator('input[name=password]').press('Enter')
      await page.waitForURL((url) => url.pathname === '/')
      const state = await context.storageState()
      await context.close()
      await use(state)
    },
    { scope: 'worker' },
  ],
  storageState: ({ login }, use) => use(login),
})

export { expect } from '@playwright/test'
