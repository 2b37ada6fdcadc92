import { expect, test } from './fixtures.js'
import { addThread, newTitle, openPage, queueRow, queueTitles } from './reader.js'

const handleOf = (page, title) => queueRow(page, title).getByRole('button', { name: 'Drag to reorder' })

/** Waits until the two titles stand directly one after the other. */
async function expectOrder(page, first, second) {
  await expect
    .poll(async () => {
      const titles = await page.locator('#queue-container > li .row-title').allTextContents()
      return titles.indexOf(second) - titles.indexOf(first)
    })
    .toBe(1)
}

test.describe('the queue', () => {
  test('a thread dragged onto another takes its place, also after a reload', async ({ page }) => {
    const [first, second] = [newTitle('First'), newTitle('Second')]
    await addThread(page, first)
    await addThread(page, second)
    await expectOrder(page, first, second)

    await handleOf(page, second).dragTo(queueRow(page, first))
    await expectOrder(page, second, first)

    await page.goto('/')
    await openPage(page, 'Queue')
    await expectOrder(page, second, first)
  })

  test('a thread is moved with the keyboard', async ({ page }) => {
    const [first, second] = [newTitle('First'), newTitle('Second')]
    await addThread(page, first)
    await addThread(page, second)

    await handleOf(page, second).press('ArrowUp')
    await expectOrder(page, second, first)
    await handleOf(page, first).press('Home')
    await expect(page.locator('#queue-container > li').first()).toContainText(first)
    await handleOf(page, first).press('End')
    await expect(page.locator('#queue-container > li').last()).toContainText(first)
  })

  test('a thread is edited, completed, reactivated and deleted', async ({ page }) => {
    const [title, renamed] = [newTitle('Draft'), newTitle('Final')]
    await addThread(page, title)

    const edit = async (row, label, value) => {
      await queueRow(page, row).getByRole('button', { name: 'Edit thread' }).click()
      const form = page.getByRole('dialog', { name: 'Edit Thread' })
      await form.getByLabel(label).fill(value)
      await form.getByRole('button', { name: 'Save' }).click()
      await expect(form).toBeHidden()
    }
    await edit(title, 'Title', renamed)
    await expect(queueRow(page, renamed)).toBeVisible()
    await edit(renamed, 'Issues Remaining', '0')
    await expect(queueRow(page, renamed)).toHaveCount(0)
    await expect(page.locator('#completed-threads')).toContainText(renamed)

    await page.getByLabel('Completed thread').selectOption({ label: renamed })
    await page.getByLabel('Issues to Add').fill('3')
    await page.getByRole('button', { name: 'Reactivate' }).click()
    await expect(page.locator('#queue-container > li').first()).toContainText(renamed)

    page.once('dialog', (dialog) => dialog.accept())
    await queueRow(page, renamed).getByRole('button', { name: 'Delete thread' }).click()
    await expect(queueRow(page, renamed)).toHaveCount(0)
    expect(await queueTitles(page)).not.toContain(renamed)
  })
})
