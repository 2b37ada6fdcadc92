import { expect, test } from './fixtures.js'
import { addThread, autoDie, newTitle, openPage, queueTitles, rate, roll } from './reader.js'

async function openNewestSession(page) {
  await openPage(page, 'History')
  await page.locator('#sessions-list a').first().click()
  await expect(page.getByRole('heading', { name: 'Snapshots' })).toBeVisible()
  await expect(page.locator('#snapshots-list > li').first()).toBeVisible()
}

/** The row of the newest snapshot with this text, whatever order the list is in. */
async function newestSnapshot(page, text) {
  const rows = page.locator('#snapshots-list > li').filter({ hasText: text })
  const ids = await rows.evaluateAll((items) => items.map((item) => Number(item.dataset.snapshotId)))
  return page.locator(`#snapshots-list > li[data-snapshot-id="${Math.max(...ids)}"]`)
}

test.describe('undo and restore', () => {
  test.beforeEach(async ({ page }) => {
    page.on('dialog', (dialog) => dialog.accept())
    await page.goto('/')
    await autoDie(page)
  })

  test('undo returns the queue and the die to where an earlier rating left them', async ({ page }) => {
    await addThread(page, newTitle('Undone'))
    await addThread(page, newTitle('Undone'))
    await roll(page)
    await rate(page, '4.5')
    const die = await page.locator('#header-die-label').textContent()
    const before = await queueTitles(page)

    await roll(page)
    await rate(page, '1.0')
    expect(await queueTitles(page)).not.toEqual(before)

    await openNewestSession(page)
    const snapshot = await newestSnapshot(page, 'After rating 4.5/5.0')
    await snapshot.getByRole('button', { name: 'Undo to here' }).click()
    await expect(page.getByRole('status')).toHaveText('Queue restored')

    await page.goto('/')
    await expect(page.locator('#header-die-label')).toHaveText(die)
    expect(await queueTitles(page)).toEqual(before)
  })

  test('restoring the start of the session drops what was added since', async ({ page }) => {
    const title = newTitle('Dropped')
    await addThread(page, title)
    await openNewestSession(page)
    await page.getByRole('button', { name: 'Restore Session Start' }).click()
    await expect(page.getByRole('status')).toHaveText('Queue restored')
    expect(await queueTitles(page)).not.toContain(title)
  })
})
