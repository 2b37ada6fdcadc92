import { expect, test } from './fixtures.js'
import { addThread, autoDie, newTitle, openPage, rate, roll, stepDown, stepUp } from './reader.js'

test.describe('rolling and rating', () => {
  test.beforeEach(({ page }) => addThread(page, newTitle('Rolled')))

  test('a good rating steps the die down and brings the thread to the front, also after a reload', async ({
    page,
  }) => {
    const die = await autoDie(page)
    await expect(page.locator('#tap-instruction')).toHaveText('Tap Die to Roll')

    const title = await roll(page)
    await page.locator('#rating-input').fill('4.5')
    await expect(page.locator('#queue-effect')).toContainText('Die steps down')
    await rate(page, '4.5')

    for (const reload of [false, true]) {
      if (reload) await page.reload()
      await expect(page.locator('#header-die-label')).toHaveText(`d${stepDown(die)}`)
      await expect(page.locator('#roll-pool > li').first()).toContainText(title)
    }
  })

  test('a poor rating steps the die up and sends the thread to the back', async ({ page }) => {
    const die = await autoDie(page)
    const title = await roll(page)
    await page.locator('#rating-input').fill('1.5')
    await expect(page.locator('#queue-effect')).toContainText('Die steps up')
    await rate(page, '1.5')

    await expect(page.locator('#header-die-label')).toHaveText(`d${stepUp(die)}`)
    await openPage(page, 'Queue')
    await expect(page.locator('#queue-container > li').last()).toContainText(title)
  })

  test('the die can be set by hand and given back to the ratings', async ({ page }) => {
    const die = await autoDie(page)
    for (const size of ['d20', 'd4']) {
      await page.locator('#die-selector').getByRole('button', { name: size, exact: true }).click()
      await expect(page.locator('#header-die-label')).toHaveText(size)
    }
    await autoDie(page)
    await expect(page.locator('#header-die-label')).toHaveText(`d${die}`)
  })

  test('an override goes to the rating of the chosen thread', async ({ page }) => {
    const title = newTitle('Chosen')
    await addThread(page, title)
    await openPage(page, 'Roll')
    await page.getByRole('button', { name: 'Override' }).click()
    await page.locator('#override-thread').selectOption({ label: `${title} (Comic)` })
    await page.getByRole('button', { name: 'Read This' }).click()
    await expect(page.locator('#thread-info')).toContainText(title)
  })
})
