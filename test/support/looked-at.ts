import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import axe, { type AxeResults } from 'axe-core'
import { expect } from 'vitest'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const WIDTHS = [390, 1280]
const { SHOTS } = process.env

/**
 * Looks at a page at 390 and 1280 px, in both themes: nothing is wider than the page, and axe finds nothing. SHOTS=folder
 * keeps a picture of each.
 */
export async function lookedAt(page: Page, name: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 })
    const wide = await page.evaluate('document.documentElement.scrollWidth')
    expect([name, wide]).toEqual([name, width])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      if (SHOTS) {
        mkdirSync(SHOTS, { recursive: true })
        await page.screenshot({ path: join(SHOTS, `${name}-${width}-${colorScheme}.png`), fullPage: true })
      }
      if (width !== WIDTHS[0]) continue
      await page.evaluate(axe.source)
      const found = (await page.evaluate(
        `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} })`,
      )) as AxeResults
      const violations = found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
      expect([name, colorScheme, violations]).toEqual([name, colorScheme, []])
    }
  }
}
