import { defineConfig } from '@playwright/test'
import { browserOptions } from './proof/gate/app/browser.js'

/** The wrapped app in a real browser; the tests start it themselves, on a database of their own. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // One app for a whole story: each test begins where the one before has ended. Stories run side by side.
  workers: 2,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  // A browser on a busy machine: what passes the second time is printed as flaky, with the trace of the first.
  retries: process.env.CI ? 1 : 0,
  reporter: 'list',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: { trace: 'retain-on-failure', launchOptions: await browserOptions() },
})
