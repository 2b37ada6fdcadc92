import type { BrowserContext, Page } from '@playwright/test'
import type { Config } from '../../../src/config/config.js'
import type { Member } from '../gate.js'

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

/**
 * Logs a user in in a browser: on the login page of usertwo, or with the cookies that the app's own login has set, and
 * its token where the pages keep it (`auth.login.localStorage`). A proxy names them in each request.
 * @param context with the app's address as `baseURL`
 */
export async function logInBrowser(
  context: BrowserContext,
  { auth: { by, header, login, pages, proxy } }: Config,
  who: Member,
  url: string,
): Promise<void> {
  if (proxy) return context.setExtraHTTPHeaders(who.headers)
  if (by === 'app') {
    const token = who.headers[header]?.replace(/^Bearer /, '')
    if (token && login?.localStorage)
      await context.addInitScript({
        content: `localStorage.setItem(${JSON.stringify(login.localStorage)}, ${JSON.stringify(token)})`,
      })
    const cookies = who.headers.cookie?.split('; ') ?? []
    return context.addCookies(
      cookies.map((pair) => {
        const at = pair.indexOf('=')
        return { name: pair.slice(0, at), value: pair.slice(at + 1), url }
      }),
    )
  }
  const page = await context.newPage()
  await page.goto(`${pages}/login`)
  await giveLogin(page, who)
  await page.waitForURL((to) => !to.pathname.startsWith(pages))
}
