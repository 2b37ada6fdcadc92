import type { Page, Request } from '@playwright/test'

/**
 * How long a page must be idle, and the longest wait for that, because some requests never end. Milliseconds.
 */
const STILL = 300
const LONGEST = 5_000
const LOOK_AGAIN = 50

/**
 * Observes the requests of a page from now on. The returned function waits until no request has been running
 * for a while, at most for `longest`. A page that is restored from the history loads nothing.
 */
export function stillness(page: Page, longest = LONGEST): () => Promise<void> {
  const open = new Set<Request>()
  page.on('request', (request) => open.add(request))
  page.on('requestfinished', (request) => open.delete(request))
  page.on('requestfailed', (request) => open.delete(request))
  return async () => {
    const until = performance.now() + longest
    for (let still = 0; still < STILL && performance.now() < until; still += LOOK_AGAIN) {
      await page.waitForTimeout(LOOK_AGAIN)
      if (open.size > 0) still = 0
    }
  }
}
