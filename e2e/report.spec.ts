// The HTML report of a gate in a real browser, from a file, with texts that an attacker has chosen.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { htmlPage } from '../proof/gate/report/html/reporter.js'
import { PLANTED, plantedReport } from '../test/support/gate-report.js'
import { assertForEverybody } from './axe.js'

const folder = mkdtempSync(join(tmpdir(), 'usertwo-report-'))
const url = pathToFileURL(join(folder, 'report.html')).href

test.beforeAll(() => writeFileSync(join(folder, 'report.html'), htmlPage.render(plantedReport())))

test.afterAll(() => rmSync(folder, { recursive: true }))

const openAll = (page: Page) =>
  page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true')

test('asks for nothing but its own file, and no policy refuses anything', async ({ page }) => {
  const asked: string[] = []
  const said: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  page.on('console', (message) => said.push(message.text()))
  page.on('pageerror', (error) => said.push(error.message))
  await page.goto(url)
  await openAll(page)
  expect(asked).toEqual([url])
  expect(said).toEqual([])
  // Its own style holds, with the hash in the policy.
  expect(await page.evaluate('getComputedStyle(document.body).marginTop')).toBe('0px')
})

test('shows a planted script as text and does not run it', async ({ page }) => {
  await page.goto(url)
  await openAll(page)
  const shown = PLANTED.replace('\u202e', '\\u202e')
  await expect(page.locator('.said').first()).toContainText(shown)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(shown)
  expect(await page.locator('script, img, iframe, object').count()).toBe(0)
  expect(await page.evaluate('window.planted')).toBeUndefined()
})

test('runs no script and loads no picture even if one were in it', async ({ page }) => {
  const open = htmlPage.render(plantedReport()).replace('<main>', `<main>${PLANTED}`)
  const planted = async (html: string) => {
    writeFileSync(join(folder, 'open.html'), html)
    await page.goto(pathToFileURL(join(folder, 'open.html')).href)
    expect(await page.locator('main img').count()).toBe(1)
    return page.evaluate('window.planted')
  }
  expect(await planted(open)).toBeUndefined()
  // Without the policy it does run.
  expect(await planted(open.replace(/<meta http-equiv=[^>]+>/, ''))).toBe(1)
})

test('opens and closes without a script, and leads from a red check to its evidence', async ({ browser }) => {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  await page.goto(url)
  const hosts = page.getByText('hardening.hosts holds')
  await expect(hosts).toBeHidden()
  await page.getByText('2 hardening').click()
  await expect(hosts).toBeVisible()
  await page.getByRole('link', { name: 'isolation.foreign-ids holds' }).click()
  await expect(page.locator('[id="6-isolation.foreign-ids"]')).toBeInViewport()
  await page.context().close()
})

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [390, 1280])
    test(`suits everybody at ${width} px in the ${colorScheme} theme`, async ({ page }) => {
      test.slow()
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 844 })
      await page.goto(url)
      await assertForEverybody(page)
      await openAll(page)
      await assertForEverybody(page)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    })
