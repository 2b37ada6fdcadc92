// The journal in refresh style: its pages have the client's one tag, or the badge, and its server the clock of the test.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type ConsoleMessage,
  expect,
  type Page,
} from '@playwright/test'
import { CLOCK_HEADER } from '../proof/gate/preload/orders.js'
import type { GateSession } from '../proof/gate/session.js'
import { PASSWORD, type Wrapped, wrapped } from './wrapped.js'

export const ANN = 'ann@example.com'
const MINUTE = 60_000

export interface Journal extends Wrapped {
  /** Ann logs in by the page of the toolkit, in a browser of her own. */
  enter(browser: Browser, options?: BrowserContextOptions): Promise<Page>
  /** Another tab of that browser. */
  tab(context: BrowserContext, path?: string): Promise<Page>
  /** Moves the server's clock forward and stops it there. */
  later(minutes: number): Promise<void>
  /** Asserts that the open pages are clean, and closes them. */
  closeClean(browser: Browser): Promise<void>
}

/** What an adopter adds to a page that wants the client. */
async function addTag(session: GateSession): Promise<void> {
  const head = join(await session.scratch(), 'views', 'parts', 'head.ejs')
  const text = readFileSync(head, 'utf8')
  writeFileSync(head, text.replace('</head>', '<script src="/api/auth/client.js"></script>\n</head>'))
}

interface JournalOptions {
  env?: Record<string, string>
  /** with the badge, and without the client */
  badge?: boolean
  beside?: Journal
}

/** Ann is its owner. */
export async function journal(
  browser: Browser,
  { env = {}, badge = false, beside }: JournalOptions = {},
): Promise<Journal> {
  const app = {
    env: { TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: 'false', JOURNAL_DEMO_AUTO_LOGIN: '1', ...env },
  }
  const one = await wrapped('journal', {
    ...(badge ? {} : { prepare: addTag }),
    app,
    beside,
    config: (given) => ({ ...given, auth: { ...given.auth, badge } }),
  })
  const { session, url } = one
  // As the database's, which has a clock of its own.
  let now = Date.now()
  const setClock = async () => {
    const target = await session.app(app)
    await target.ask('GET', session.config.app.health, { headers: { [CLOCK_HEADER]: String(now) } })
  }
  await setClock()
  await one.register(browser, ANN, session.claimCode)
  return {
    ...one,
    async enter(from, options) {
      const page = await (await from.newContext(options)).newPage()
      // What looks at a page is a script in it.
      if (options?.javaScriptEnabled !== false) one.watch(page)
      await page.goto(`${url}/auth/login`)
      const answer = page.waitForResponse((one) => one.request().method() === 'POST')
      await giveLogin(page)
      expect((await answer).status(), 'the answer to the login').toBe(303)
      await expect(page).toHaveURL(`${url}/`)
      await page.waitForLoadState()
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
    async closeClean(from) {
      await one.assertClean()
      for (const context of from.contexts()) await context.close()
    },
  }
}

/** What a page of the toolkit asks for. */
export async function giveLogin(page: Page): Promise<void> {
  await page.locator('input[name=email]').fill(ANN)
  await page.locator('input[name=password]').fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
}

/** Calls of the journal's API by the client of the page: their status. */
export const list = (page: Page) =>
  page.evaluate<number>("usertwo.fetch('/api/v1/entries').then(({ status }) => status)")

/** The same where it writes, as many at once. */
const write = (page: Page, titles: string[]) =>
  page.evaluate<
    number[]
  >(`Promise.all(${JSON.stringify(titles)}.map((title) => usertwo.fetch('/api/v1/entries', {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ title, body: '', tags: [] }),
  }).then(({ status }) => status)))`)

const REFRESHED = 'POST /api/auth/refresh 200'

/** Holds calls that meet an access token that is too old to one refresh, one alone and five at once, each sent once more. */
export async function oneRefreshForAll(at: Journal, page: Page): Promise<void> {
  expect(await list(page)).toBe(200)
  await at.later(16)
  const asked = watchApi(page)
  expect(await list(page)).toBe(200)
  expect(asked).toEqual(['GET /api/v1/entries 401', REFRESHED, 'GET /api/v1/entries 200'])
  await at.later(16)
  asked.length = 0
  expect(await write(page, ['1', '2', '3', '4', '5'])).toEqual(Array(5).fill(201))
  expect(asked.filter((line) => line === REFRESHED)).toHaveLength(1)
  expect(asked.filter((line) => line === 'POST /api/v1/entries 401')).toHaveLength(5)
  expect(asked).toHaveLength(11)
}

/** Logs in by the client of the page. @returns the address, or the code of the refusal */
export const logIn = (page: Page, password = PASSWORD) =>
  page.evaluate<string>(
    `usertwo.login(${JSON.stringify({ email: ANN, password })}).then(({ email }) => email, ({ code }) => code)`,
  )

/** The same: what the server answered to it. The journal's own script asks for a login too, and gets none. */
export async function logInAnswer(page: Page): Promise<Record<string, string>> {
  const answered = page.waitForResponse((one) => one.url().endsWith('/api/auth/login') && one.ok())
  expect(await logIn(page)).toBe(ANN)
  return (await answered).json()
}

/**
 * A client as a build with these flags makes it: the user it reports, and its console warnings once it has
 * called the API.
 */
export async function built(page: Page, flags: Record<string, string>) {
  const warnings: string[] = []
  const note = (message: ConsoleMessage) =>
    message.text().startsWith('usertwo: ') && warnings.push(message.text())
  page.on('console', note)
  const user = await page.evaluate<string | null>(`(async () => {
    const client = usertwo.createClient(${JSON.stringify(flags)})
    const user = await client.user()
    await client.fetch('/api/v1/entries')
    client.stop()
    return user && user.email
  })()`)
  page.off('console', note)
  return { user, warnings }
}

/** Begins to note the events of the page's client. @returns those noted so far */
export async function hear(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(`window.told = []
    usertwo.on('change', ({ user, former }) => told.push((former?.email ?? null) + ' → ' + (user?.email ?? null)))
    usertwo.on('expired', (former) => told.push('expired: ' + (former?.email ?? null)))
    usertwo.user().then(() => {})`)
  return () => page.evaluate<string[]>('told')
}

/** The page's requests to the API from now on, with their answers. */
export function watchApi(page: Page): string[] {
  const asked: string[] = []
  page.on('response', (answer) => {
    const { pathname } = new URL(answer.url())
    if (pathname.startsWith('/api/') && !pathname.endsWith('.js'))
      asked.push(`${answer.request().method()} ${pathname} ${answer.status()}`)
  })
  return asked
}
