import { expect, test } from './fixtures.js'
import { HEADINGS, openPage } from './reader.js'

/** Collects what a page complains about: console errors, uncaught exceptions and failed answers. */
function complaintsOf(page) {
  const complaints = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on(
    'response',
    (answer) => answer.status() >= 400 && complaints.push(`${answer.status()} ${answer.url()}`),
  )
  return complaints
}

for (const name of Object.keys(HEADINGS)) {
  test(`the ${name} page loads without an error`, async ({ page }) => {
    const complaints = complaintsOf(page)
    await openPage(page, name)
    await page.waitForLoadState('networkidle')
    await expect(page.getByText('Loading...')).toHaveCount(0)
    await expect(page.getByRole('alert')).toHaveCount(0)
    expect(complaints).toEqual([])
  })
}

test('the Session page loads without an error', async ({ page }) => {
  const complaints = complaintsOf(page)
  await openPage(page, 'History')
  await page.locator('#sessions-list a').first().click()
  await expect(page.getByRole('heading', { name: 'Event Timeline' })).toBeVisible()
  await page.waitForLoadState('networkidle')
  expect(complaints).toEqual([])
})

test('settings stay as they were saved', async ({ page }) => {
  await openPage(page, 'Settings')
  const gap = page.getByLabel('Session Gap (hours)')
  const old = await gap.inputValue()
  const changed = old === '7' ? '8' : '7'
  for (const value of [changed, old]) {
    await gap.fill(value)
    await page.getByRole('button', { name: 'Save Settings' }).click()
    await expect(page.getByRole('status')).toHaveText('Settings saved')
    await page.goto('/')
    await openPage(page, 'Settings')
    await expect(gap).toHaveValue(value)
  }
})
