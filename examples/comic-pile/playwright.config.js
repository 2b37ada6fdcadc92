import { defineConfig } from '@playwright/test'
import { findChromium, LAUNCH_ARGS } from './e2e/browser.js'

// Tests run against BASE_URL, or against a server and a database of their own on a free port.
const { BASE_URL } = process.env

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // One pile, one reader: tests that run at once would move each other's threads.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  // A browser on a busy machine: what passes the second time is printed as flaky, with the trace of the first.
  retries: process.env.CI ? 1 : 0,
  reporter: 'list',
  timeout: 30_000,
  expect: { timeout: 10_000 },
  use: {
    viewport: { width: 412, height: 840 },
    baseURL: BASE_URL ?? `http://127.0.0.1:${process.env.COMIC_PILE_PORT}`,
    trace: 'retain-on-failure',
    launchOptions: { executablePath: findChromium(), args: LAUNCH_ARGS },
  },
  webServer: BASE_URL
    ? undefined
    : {
        command: 'node e2e/serve.js',
        wait: { stdout: /Comic Pile listening on http:\/\/[^\s/]+:(?<comic_pile_port>\d+)/ },
        gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
        timeout: 120_000,
      },
})
