// The journal in refresh style: its pages have the client's one tag, and its server the clock of the test.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test'
import { CLOCK_HEADER } from '../src/tools/gate/preload/orders.js'
import type { GateSession } from '../src/tools/gate/session.js'
import { PASSWORD, type Wrapped, wrapped } from './wrapped.js'

export const ANN = 'ann@example.com'
const MINUTE = 60_000

export interface Journal extends Wrapped {
  /** Logs in by the page of the toolkit, in a browser of one's own. */
  enter(browser: Browser, email: string, options?: BrowserContextOptions): Promise<Page>
  /** A page of the journal in that browser, with its client. */
  tab(context: BrowserContext, path?: string): Promise<Page>
  /** The clock of the server goes on, and then stands. */
  later(minutes: number): Promise<void>
}

/** What an adopter adds to a page that wants the client. */
async function addTag(session: GateSession): Promise<void> {
  const head = join(await session.scratch(), 'views', 'parts', 'head.ejs')
  const text = readFileSync(head, 'utf8')
  writeFileSync(head, text.replace('</head>', '<script src="/api/auth/client.js"></script>\n</head>'))
}

export async function journal(env: Record<string, string>): Promise<Journal> {
  const app = { env: { TOKEN_STYLE: 'refresh', JOURNAL_DEMO_AUTO_LOGIN: '1', ...env } }
  const one = await wrapped('journal', { prepare: addTag, app })
  const { session, url } = one
  let now = Date.UTC(2026, 5, 1)
  const setClock = async () => {
    const target = await session.app(app)
    await target.ask('GET', session.config.app.health, { headers: { [CLOCK_HEADER]: String(now) } })
  }
  await setClock()
  return {
    ...one,
    async enter(browser, email, options) {
      const page = one.watch(await (await browser.newContext(options)).newPage())
      await page.goto(`${url}/auth/login`)
      await page.locator('input[name=email]').fill(email)
      await page.locator('input[name=password]').fill(PASSWORD)
      await page.getByRole('button', { name: 'Log in', exact: true }).click()
      await page.waitForURL(`${url}/`)
      return page
    },
    async tab(context, path = '/') {
      const page = one.watch(await context.newPage())
      await page.goto(url + path)
      return page
    },
    later(minutes) {
      now += minutes * MINUTE
      return setClock()
    },
  }
}

/** Calls of the journal's API by the client of the page: their status. */
export const list = (page: Page) =>
  page.evaluate<number>("usertwo.fetch('/api/v1/entries').then(({ status }) => status)")

/** Logs in by the client of the page. @returns the address, or the code of the refusal */
export const logIn = (page: Page, email: string, password = PASSWORD) =>
  page.evaluate<string>(
    `usertwo.login(${JSON.stringify({ email, password })}).then(({ email }) => email, ({ code }) => code)`,
  )

/** What the page asks of an API from now on, and what it is answered. */
export function watchApi(page: Page): string[] {
  const asked: string[] = []
  page.on('response', (answer) => {
    const { pathname } = new URL(answer.url())
    if (pathname.startsWith('/api/') && !pathname.endsWith('.js'))
      asked.push(`${answer.request().method()} ${pathname} ${answer.status()}`)
  })
  return asked
}
