import type { Page, Request } from '@playwright/test'

/** How long nothing must happen; how long at most is waited for that, as some requests never end. ms */
const STILL = 300
const LONGEST = 5_000
const LOOK_AGAIN = 50

/**
 * Hears what a page asks for, from now on. What is given back waits until no request has been under way for a while, at
 * most for `longest`; a page that comes back whole loads nothing.
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
