import type { Page } from '@playwright/test'

/** In the page, where there are types of it. */
const LEFT = `(async () => [
  JSON.stringify({ ...localStorage }),
  JSON.stringify({ ...sessionStorage }),
  JSON.stringify((await indexedDB.databases()).map(({ name }) => name)),
  location.href,
  JSON.stringify(history.state),
  document.documentElement.outerHTML,
  document.cookie,
].join('\\n'))()`

/** What a page leaves where it outlives it, or where another script finds it, as one text. */
export const leftBy = (page: Page): Promise<string> => page.evaluate<string>(LEFT)

/** Three parts in base64url, as a JWT has. */
export const TOKEN = /eyJ[\w-]{10,}\.[\w-]+\.[\w-]+/

/**
 * What the policies of a page refuse from now on, and what a script of it throws; report-only findings do not
 * count.
 */
export function refusedIn(page: Page, refused: string[] = []): string[] {
  page.on('console', (message) => {
    const text = message.text()
    if (/^\[Report Only\]|policy is report-only/.test(text)) return
    if (/Content[ -]Security[ -]Policy|Trusted(?:Script|HTML)/i.test(text)) refused.push(text)
  })
  page.on('pageerror', ({ message }) => refused.push(message))
  return refused
}
