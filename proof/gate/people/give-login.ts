import type { Page } from '@playwright/test'

/**
 * Types a login into a form of usertwo, as a user does, and sends it. @param form default: that of the login
 * page
 */
export async function giveLogin(
  page: Page,
  { email, password }: { email: string; password: string },
  form = 'form[action$="/login"]',
): Promise<void> {
  const within = page.locator(form)
  await within.locator('input[name=email], input[name=username]').fill(email)
  await within.locator('input[name=password]').fill(password)
  await within.locator('button[type=submit]').click()
}
