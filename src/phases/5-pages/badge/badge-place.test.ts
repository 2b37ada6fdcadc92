import type { Browser, Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { coveredBy, WIDTHS } from '../../../../proof/checks/5-pages/badge.js'
import { launchBrowser } from '../../../../proof/gate/app/browser.js'
import { type BadgeApp, badgeApp } from '../../../../test/support/badge-app.js'

let browser: Browser
let at: BadgeApp
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  at = await badgeApp()
  page = await at.working(browser)
})
afterAll(async () => {
  await browser?.close()
  await at?.dispose()
})

type Part = { css: string; tag?: string; inShadow?: boolean }
const BOTTOM: Part = { css: 'left:0;right:0;bottom:0;height:70px' }
const TOP: Part = { css: 'left:0;right:0;top:0;height:70px' }
const LEFT: Part = { css: 'left:0;width:60px;top:0;bottom:0' }
const RIGHT: Part = { css: 'right:0;width:60px;top:0;bottom:0' }
const LAYOUTS: Record<string, Part[]> = {
  'nothing to click': [],
  'a bar of links at the bottom': [{ ...BOTTOM, tag: 'a' }],
  'bars at the top and at the bottom': [TOP, BOTTOM],
  'a frame of buttons on all four sides': [TOP, BOTTOM, LEFT, RIGHT],
  'a small button in each corner': [
    { css: 'left:0;bottom:0;width:12px;height:12px' },
    { css: 'right:0;bottom:0;width:12px;height:12px' },
    { css: 'left:0;top:0;width:12px;height:12px' },
    { css: 'right:0;top:0;width:12px;height:12px' },
  ],
  'a gap that lies between the usual places': [
    { css: 'left:0;right:0;top:0;height:615px' },
    { css: 'left:0;right:0;top:650px;bottom:0' },
  ],
  'a box that a script listens to': [{ ...BOTTOM, tag: 'div', css: `${BOTTOM.css};cursor:pointer` }],
  'a button in a shadow root': [{ ...BOTTOM, tag: 'div', inShadow: true }],
}

/** Makes the page hold these alone, each at a fixed place. */
const show = (parts: Part[]) =>
  page.evaluate(`(() => {
    document.body.replaceChildren(...${JSON.stringify(parts)}.map(({ tag = 'button', css, inShadow }) => {
      const element = document.createElement(tag)
      if (tag === 'a') element.href = '/rows'
      element.style.cssText = 'position:fixed;display:block!important;margin:0;padding:0;' + css
      if (inShadow) {
        const inner = element.attachShadow({ mode: 'open' }).appendChild(document.createElement('button'))
        inner.style.cssText = 'display:block;width:100%;height:100%'
      }
      return element
    }))
  })()`)
/** Whether the middle of the first part is the badge's, and not the page's own. */
const isOver = () =>
  page.evaluate(`(() => {
    const host = document.querySelector('#usertwo-badge').getBoundingClientRect()
    const own = document.body.firstElementChild.getBoundingClientRect()
    return host.right > own.left && host.left < own.right && host.bottom > own.top && host.top < own.bottom
  })()`)

test.each(Object.entries(LAYOUTS))('U13: covers nothing that can be clicked: %s', async (_, parts) => {
  await show(parts)
  for (const width of WIDTHS) {
    expect(await coveredBy(page, width), `${width} px`).toBeNull()
    if (parts.length > 0 && parts.length !== 4) expect(await isOver(), `${width} px`).toBe(false)
  }
  await page.locator('#usertwo-badge summary').click()
  await page.getByRole('link', { name: 'Log out' }).click({ trial: true })
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Log out' }).waitFor({ state: 'hidden' })
})

test('is hidden while everything can be clicked, and comes back', async () => {
  await show([{ css: 'inset:0' }])
  expect(await coveredBy(page, 390)).toBe('the badge is not shown')
  await page.locator('body > button').click()
  await show([])
  expect(await coveredBy(page, 390)).toBeNull()
})

test('stays where it is while its place is free', async () => {
  await show([])
  await page.setViewportSize({ width: 390, height: 800 })
  expect(await coveredBy(page, 390)).toBeNull()
  const place = () => page.locator('#usertwo-badge summary').boundingBox()
  const before = await place()
  await show([{ css: 'left:0;right:0;top:0;height:70px' }])
  expect(await coveredBy(page, 390)).toBeNull()
  expect(await place()).toEqual(before)
})
