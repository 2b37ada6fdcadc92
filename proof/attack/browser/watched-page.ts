import type { BrowserContext, Page } from '@playwright/test'
import { isAt } from '../../../src/phases/7-legacy/spa-routes.js'
import type { Member } from '../../gate/gate.js'
import { giveLogin } from '../../gate/people/give-login.js'
import { stillness } from './stillness.js'

/** How long a page may take to go back, and the interval at which it is looked at. Milliseconds. */
const PATIENCE = 2_000
const LOOK_AGAIN = 50
/** The number of history entries that a browser keeps for a tab. */
const KEPT_ADDRESSES = 50

/** A user's mark that a browser shows or stores. */
export interface Sight {
  mark: string
  /** `the page`, `an answer`, `localStorage` … */
  where: string
  path: string
}

// A script for the page, as text, because the types of a browser are not available here.
const HTML = `(document.documentElement?.outerHTML ?? '') + [...document.querySelectorAll('input, textarea')].map(
  (field) => field.value).join()`

const watch = (marks: readonly string[]) => `(() => {
  const look = () => {
    const html = ${HTML}
    for (const mark of ${JSON.stringify(marks)}) if (html.includes(mark)) usertwoSaw(mark, location.pathname)
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
})()`

// Everything in which pages of an origin store data, as text.
const KEPT = `(async () => {
  const found = { localStorage: JSON.stringify({ ...localStorage }), sessionStorage: JSON.stringify({ ...sessionStorage }) }
  found['the Cache API'] = ''
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) found['the Cache API'] += await (await cache.match(request)).text()
  }
  found.IndexedDB = ''
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve, reject) => {
      const open = indexedDB.open(name)
      open.onsuccess = () => resolve(open.result)
      open.onerror = () => reject(open.error)
    })
    for (const store of database.objectStoreNames) found.IndexedDB += JSON.stringify(await new Promise((resolve, reject) => {
      const all = database.transaction(store).objectStore(store).getAll()
      all.onsuccess = () => resolve(all.result)
      all.onerror = () => reject(all.error)
    }))
    database.close()
  }
  return found
})()`

/**
 * A page of a browser that users use one after the other. Records which of their marks it shows and stores.
 */
export class WatchedPage {
  /** what a page showed, if only for a moment, or an answer contained; the reader empties it */
  readonly seen: Sight[] = []
  readonly #reading = new Set<Promise<void>>()
  readonly #quiet: () => Promise<void>

  private constructor(
    readonly page: Page,
    readonly marks: readonly string[],
  ) {
    this.#quiet = stillness(page)
  }

  static async open(context: BrowserContext, marks: readonly string[]): Promise<WatchedPage> {
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    const tab = new WatchedPage(page, marks)
    await page.exposeFunction('usertwoSaw', (mark: string, path: string) =>
      tab.seen.push({ mark, where: 'the page', path }),
    )
    await page.addInitScript(watch(marks))
    page.on('response', (response) => {
      // The body of a redirect cannot be read.
      const read = response.text().then(
        (text) => tab.#note(text, 'an answer', new URL(response.url()).pathname),
        () => {},
      )
      tab.#reading.add(read)
      read.finally(() => tab.#reading.delete(read))
    })
    return tab
  }

  #note(text: string, where: string, path: string): void {
    for (const mark of this.marks) if (text.includes(mark)) this.seen.push({ mark, where, path })
  }

  /** Waits until no more answers arrive, and looks at the page. */
  async look(): Promise<void> {
    await this.#quiet()
    await Promise.all(this.#reading)
    this.#note(String(await this.page.evaluate(HTML)), 'the page', this.path)
  }

  /** Records what pages have stored in the browser. */
  async lookIntoStores(): Promise<void> {
    const found = (await this.page.evaluate(KEPT)) as Record<string, string>
    for (const [where, text] of Object.entries(found)) this.#note(text, where, this.path)
  }

  get path(): string {
    return new URL(this.page.url()).pathname
  }

  /** Logs in by the login page, as users do. */
  async logIn(pages: string, who: Member): Promise<void> {
    const { page } = this
    await page.goto(`${pages}/login`)
    await giveLogin(page, who)
    // The app may lead on, as from `/` to `/items`.
    await page.waitForURL((url) => !url.pathname.startsWith(pages))
    await this.look()
  }

  async logOut(pages: string): Promise<void> {
    await this.page.goto(`${pages}/logout`)
    await this.page.locator('form[action$="/logout"] button[type=submit]').click()
    await this.page.waitForURL((url) => url.pathname === `${pages}/login`)
  }

  /** Opens a page by a link on the present page, so that the document stays the same; else by its address. */
  async visit(route: string): Promise<void> {
    const links = await this.page.locator('a[href]').all()
    for (const link of links) {
      const href = await link.getAttribute('href')
      if (!href || !isAt(route, href) || !(await link.isVisible())) continue
      await link.click()
      return this.look()
    }
    if (!route.includes(':')) await this.goTo(route)
  }

  /** Opens an address, as a bookmark does. */
  async goTo(address: string): Promise<void> {
    await this.page.goto(address)
    await this.look()
  }

  /** Presses the browser's back button, `times` times or until the history ends. */
  async back(times = KEPT_ADDRESSES): Promise<void> {
    for (let step = 0; step < times; step++) {
      const before = await this.#place()
      if (!(before > 0)) return
      await this.page.evaluate('void setTimeout(() => history.back())')
      for (let waited = 0; waited < PATIENCE && (await this.#place()) >= before; waited += LOOK_AGAIN)
        await this.page.waitForTimeout(LOOK_AGAIN)
      await this.look()
    }
  }

  /**
   * Returns the position of the page in the tab's history. Its address is not enough, because it may
   * redirect.
   */
  async #place(): Promise<number> {
    // Between two pages the document cannot be queried.
    return Number(
      await this.page.evaluate('navigation.currentEntry?.index').catch(() => Number.POSITIVE_INFINITY),
    )
  }
}
