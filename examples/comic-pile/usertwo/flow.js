const LADDER = [4, 6, 8, 10, 12, 20]
const stepDown = (die) => LADDER[Math.max(LADDER.indexOf(die) - 1, 0)]

/**
 * A reader's day in a browser that is logged in: roll, rate, see the die and the queue change, and find it so after
 * a reload. Works on an empty pile too.
 *
 * @param {import('@playwright/test').Page} page
 * @param {{ baseUrl: string }} where
 * @throws {Error} that names the step which did not go as it should
 */
export async function flow(page, { baseUrl }) {
  await step('open the roll page', async () => {
    await page.goto(baseUrl)
    await page
      .locator('#header-die-label')
      .filter({ hasText: /^d\d+$/ })
      .waitFor()
  })

  const title = `A book for the flow ${Date.now().toString(36)}`
  await step('add a thread to the queue', async () => {
    await page.getByRole('link', { name: 'Queue page' }).click()
    await page.getByRole('button', { name: 'Add Thread' }).click()
    const form = page.getByRole('dialog', { name: 'Add Thread' })
    await form.getByLabel('Title').fill(title)
    await form.getByLabel('Format').fill('Comic')
    await form.getByLabel('Issues Remaining').fill('3')
    await form.getByRole('button', { name: 'Add', exact: true }).click()
    await page.locator('#queue-container > li').filter({ hasText: title }).waitFor()
  })

  const die = await step('let the ratings decide the die', async () => {
    await page.getByRole('link', { name: 'Roll page' }).click()
    await page.getByRole('button', { name: 'Auto' }).click()
    await page.locator('#die-selector button[aria-pressed=true]').filter({ hasText: 'Auto' }).waitFor()
    return Number((await page.locator('#header-die-label').textContent()).slice(1))
  })

  const rolled = await step('roll the die', async () => {
    await page.locator('#main-die-3d').click()
    return page.locator('#thread-info h2').textContent()
  })

  await step('rate what was read', async () => {
    await page.locator('#rating-input').fill('4.5')
    await page.locator('#queue-effect').filter({ hasText: 'Die steps down' }).waitFor()
    await page.locator('#submit-btn').click()
  })

  for (const when of ['after the rating', 'after a reload'])
    await step(`find the die at d${stepDown(die)} and "${rolled}" first ${when}`, async () => {
      if (when === 'after a reload') await page.reload()
      await page
        .locator('#header-die-label')
        .filter({ hasText: new RegExp(`^d${stepDown(die)}$`) })
        .waitFor()
      await page.locator('#roll-pool > li').first().filter({ hasText: rolled }).waitFor()
    })
}

async function step(what, work) {
  try {
    return await work()
  } catch (cause) {
    throw new Error(`could not ${what}: ${cause.message.split('\n', 1)[0]}`, { cause })
  }
}
