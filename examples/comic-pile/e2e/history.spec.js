import { expect, test } from './fixtures.js'
import { addThread, newTitle, openPage, rate, roll } from './reader.js'

test('the history lists the sessions and opens the newest with what was read in it', async ({ page }) => {
  await addThread(page, newTitle('Read'))
  const title = await roll(page)
  await rate(page, '3.5')

  await openPage(page, 'History')
  await page.locator('#sessions-list a').first().click()
  await expect(page).toHaveURL(/\/sessions\/\d+$/)
  await expect(page.locator('#start-die')).toHaveText(/^d\d+$/)
  await expect(page.locator('#current-die')).toHaveText(/^d\d+$/)
  await expect(page.locator('#ladder-path')).toContainText(' → ')
  await expect(page.getByRole('heading', { name: 'Event Timeline' })).toBeVisible()
  await expect(page.locator('#event-timeline > li.event-rate').filter({ hasText: title })).not.toHaveCount(0)
  await expect(page.getByRole('heading', { name: 'Snapshots' })).toBeVisible()
  await expect(page.locator('#snapshots-list')).toContainText('After rating 3.5/5.0')

  await page.getByRole('link', { name: 'Back to History' }).click()
  await expect(page.locator('#sessions-list')).toBeVisible()
})
