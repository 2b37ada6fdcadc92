import { expect, type Page } from '@playwright/test'
import axe, { type AxeResults } from 'axe-core'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Holds a page, as it is now, to having nothing that axe finds wrong (WCAG 2.2 A and AA). */
export async function assertForEverybody(page: Page): Promise<void> {
  await page.evaluate(axe.source)
  const run = `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} })`
  const { violations, passes } = await page.evaluate<AxeResults>(run)
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  expect(passes.length).toBeGreaterThan(5)
}
