import type { Page } from '@playwright/test'

/** The widths of a phone, a tablet and a desktop. Pixels. */
export const WIDTHS = [390, 768, 1280]
/** How long the badge may take to move after the page has changed, on a busy machine. Milliseconds. */
const MOVES_MS = 8_000
const HEIGHT = 800

/**
 * Looks at the top, the middle and the end of a page at one width.
 *
 * @returns what the badge covers there, or null; an invisible badge is reported too
 */
export async function coveredBy(page: Page, width: number): Promise<string | null> {
  await page.setViewportSize({ width, height: HEIGHT })
  for (const part of [0, 0.5, 1]) {
    await page.evaluate(`scrollTo(0, document.documentElement.scrollHeight * ${part})`)
    const until = performance.now() + MOVES_MS
    let covered: string | null
    do {
      await page.waitForTimeout(200)
      covered = (await page.evaluate(COVERED)) as string | null
    } while (covered && performance.now() < until)
    if (covered) return covered
  }
  return null
}

/** A script for the page. It asks the page, point by point, what is under the badge. */
const COVERED = `(() => {
  const host = document.querySelector('#usertwo-badge')
  const box = host?.shadowRoot.querySelector('details')
  if (!box?.checkVisibility({ visibilityProperty: true })) return 'the badge is not shown'
  const shown = box.matches('.wide') ? box : box.querySelector('summary')
  const { left, top, right, bottom } = shown.getBoundingClientRect()
  if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight) return 'the badge is outside the window'
  const bodyHasPointer = getComputedStyle(document.body).cursor === 'pointer'
  for (let x = left + 1; x < right; x += 3)
    for (let y = top + 1; y < bottom; y += 3) {
      const hit = document.elementsFromPoint(x, y).find((element) => element !== host)
      const clickable = hit?.closest('a[href],button,input,select,textarea,label,summary,iframe,[onclick],[role=button],[role=link]') ??
        (hit && !bodyHasPointer && getComputedStyle(hit).cursor === 'pointer' ? hit : null)
      if (clickable) return 'it covers ' + clickable.cloneNode(false).outerHTML.slice(0, 120)
    }
  return null
})()`
