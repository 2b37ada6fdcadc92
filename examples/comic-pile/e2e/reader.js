import { expect } from '@playwright/test'

const LADDER = [4, 6, 8, 10, 12, 20]

export const HEADINGS = {
  Roll: 'Pile Roller',
  Rate: 'Rate Session',
  Queue: 'Read Queue',
  History: 'History',
  Analytics: 'Analytics',
  Settings: 'Settings',
}

export const stepDown = (die) => LADDER[Math.max(LADDER.indexOf(die) - 1, 0)]
export const stepUp = (die) => LADDER[Math.min(LADDER.indexOf(die) + 1, LADDER.length - 1)]

/** A title no other test or earlier run used. */
export const newTitle = (name) =>
  `${name} ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`

/** Goes to a page the way a reader does: the server answers `/` only. */
export async function openPage(page, name) {
  if (page.url() === 'about:blank') await page.goto('/')
  await page.getByRole('link', { name: `${name} page` }).click()
  await expect(page.getByRole('heading', { level: 1, name: HEADINGS[name] })).toBeVisible()
}

export const queueRow = (page, title) => page.locator('#queue-container > li').filter({ hasText: title })

export async function addThread(page, title) {
  await openPage(page, 'Queue')
  await page.getByRole('button', { name: 'Add Thread' }).click()
  const form = page.getByRole('dialog', { name: 'Add Thread' })
  await form.getByLabel('Title').fill(title)
  await form.getByLabel('Format').fill('Comic')
  await form.getByLabel('Issues Remaining').fill('9')
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(queueRow(page, title)).toBeVisible()
}

/** The queue as the server has it now: a fresh load shows nothing cached. */
export async function queueTitles(page) {
  await page.goto('/')
  await openPage(page, 'Queue')
  await expect(page.locator('#queue-container')).toBeAttached()
  return page.locator('#queue-container > li .row-title').allTextContents()
}

/** Lets the ratings decide the die again, and returns its size. */
export async function autoDie(page) {
  await openPage(page, 'Roll')
  const auto = page.getByRole('button', { name: 'Auto' })
  await auto.click()
  await expect(auto).toHaveAttribute('aria-pressed', 'true')
  return Number((await page.locator('#header-die-label').textContent()).slice(1))
}

/** Rolls, and returns the title of the thread the die chose. */
export async function roll(page) {
  await openPage(page, 'Roll')
  await page.locator('#main-die-3d').click()
  await expect(page.getByRole('heading', { level: 1, name: 'Rate Session' })).toBeVisible()
  return page.locator('#thread-info h2').textContent()
}

export async function rate(page, rating) {
  await page.locator('#rating-input').fill(rating)
  await expect(page.locator('#rating-value')).toHaveText(rating)
  await page.locator('#submit-btn').click()
  await expect(page.getByRole('heading', { level: 1, name: 'Pile Roller' })).toBeVisible()
}
