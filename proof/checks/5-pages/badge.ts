import type { Page } from '@playwright/test'
import { pagesIn } from '../../../src/config/config.js'
import { recordedPages } from '../../attack/browser/page-complaints.js'
import type { Check, Evidence, Finding } from '../../gate/check.js'
import { giveLogin } from '../../gate/people/give-login.js'
import { withoutPages } from '../../inventory/found-pages.js'
import inventoryInnerApp from '../../inventory/mutants/inner-app.js'
import { claimOwner } from '../4-auth/gate-login.js'
import { BUTTON, meetTheEnd } from './ended-login.js'
import badge from './mutants/badge.js'
import badgeScript from './mutants/badge-script.js'
import innerApp from './mutants/inner-app.js'
import keptForm from './mutants/kept-form.js'

const STEP_MS = 15_000
/** How long the badge may take to appear on a loaded page. Milliseconds. */
const SHOWN_MS = 5_000
const MOST = 20

export const badgeCheck: Check = {
  id: 'client.badge',
  title:
    'The badge is on every page and covers nothing clickable, and a form sent after the session ended is not lost, in a real browser',
  proves: ['B1', 'B3'],
  ofUsertwosLogin: true,
  fix: 'The evidence names the page or the step. Pages begin with <head> in plain bytes, packed by a proxy if at all; their policy lets /auth/badge.js through; each page leaves room for a button of 24 px at 390, 768 and 1280 px.',
  timeout: 360_000,
  async run(gate) {
    const { auth } = gate.config
    if (!auth.badge) return { exercised: 0, unit: 'steps', problems: [], nothingToDo: 'auth.badge is off' }
    const none = await withoutPages(gate, 'steps')
    if (none) return none
    const target = await gate.app({ realTime: true })
    const account = await claimOwner(gate, target)
    const context = await (await gate.browser()).newContext({ baseURL: target.url })
    const page = await context.newPage()
    page.setDefaultTimeout(STEP_MS)
    const steps = openSteps()
    const { step, problems, result } = steps

    const paths = (await recordedPages(gate)).slice(0, MOST)
    await step('logging in does not work', `GET ${auth.pages}/login`, async () => {
      await page.goto(`${auth.pages}/login`)
      await giveLogin(page, account)
      await page.waitForURL(({ pathname }) => !pathname.startsWith(auth.pages))
    })
    if (problems.length > 0) return result()
    let shown: string | undefined
    const opened = new Set<string>()
    for (const path of paths) {
      const answer = await page.goto(path).catch(() => null)
      const text = answer?.status() === 200 ? await answer.text().catch(() => '') : ''
      if (!/<html[\s>]|<head[\s>]/i.test(text)) continue
      await step(`the badge is not on the page ${path}`, `GET ${path}`, () =>
        look(page, `${auth.pages}/badge.js`, text),
      )
      if (problems.length === 0) await coversNothing(steps, page, path)
      if (problems.length > 0 && gate.proving) return result()
      shown ??= path
      opened.add(path)
    }
    if (!shown || problems.length > 0) return result()
    const first = shown
    // Below phase 7 the path of such a page may answer 404, while a link to it works.
    for (const path of pagesIn(gate.config).filter((one) => !opened.has(one) && !one.includes(':'))) {
      await page.goto(first)
      const link = page.locator(`a[href="${path}"]`).first()
      if (!(await link.isVisible())) continue
      await link.click()
      await coversNothing(steps, page, path)
    }
    if (problems.length > 0) return result()
    await meetTheEnd(gate, page, account, first, step)
    return result()
  },
  mutants: [
    { name: 'the badge is in no page', names: 'its script is not in it', by: { replace: [badge.none] } },
    {
      name: 'the badge is placed over what can be clicked',
      names: /the badge covers the page .*at \d+ px: it covers/s,
      by: { replace: [badgeScript.covers] },
    },
    {
      name: 'the policy of the app’s pages refuses the script',
      names: 'its policy refuses',
      by: { replace: [innerApp.noScript] },
    },
    {
      name: 'a call gets its 401 at once',
      names: /a call that meets the end of the login is lost.*401/s,
      by: { replace: [badgeScript.givesUp] },
    },
    { name: 'what waits is sent twice', names: 'it was sent 3 times', by: { replace: [badgeScript.twice] } },
    {
      name: 'a form is kept without its fields',
      names: /a form that meets the end of the login is lost.*what was typed is not in it/s,
      by: { replace: [keptForm.emptied] },
    },
  ],
  additions: [
    {
      name: 'the badge is on, but on no page',
      names: /the badge is not on the page|usertwo-page/,
      by: {
        config: (config) => ({ ...config, auth: { ...config.auth, badge: true } }),
        replace: [badge.none, inventoryInnerApp.unknownPage],
      },
    },
  ],
}

interface Steps {
  problems: Evidence[]
  step(what: string, route: string, work: () => Promise<unknown>): Promise<void>
  result(): Finding
}

/** Counts the steps, and records what went wrong in each. */
function openSteps(): Steps {
  const problems: Evidence[] = []
  let exercised = 0
  return {
    problems,
    async step(what, route, work) {
      exercised++
      try {
        await work()
      } catch (error) {
        const got = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
        problems.push({ what, route, part: route, got })
      }
    },
    result: () => ({ exercised, unit: 'steps', problems }),
  }
}

const coversNothing = ({ step }: Steps, page: Page, path: string) =>
  step(`the badge covers the page ${path}`, `GET ${path}`, async () => {
    for (const width of WIDTHS) {
      const covered = await coveredBy(page, width)
      if (covered) throw new Error(`at ${width} px: ${covered}`)
    }
  })

/** @throws if the badge is invisible or cannot be clicked */
async function look(page: Page, script: string, text: string): Promise<void> {
  if (!text.includes(script)) throw new Error('its script is not in it')
  try {
    await page.locator(BUTTON).click({ trial: true, timeout: SHOWN_MS })
  } catch (cause) {
    // The page itself gives the reason, because a script that its policy refuses fails at once.
    const isRefused = await page.evaluate(refuses, script)
    throw new Error(isRefused ? `its policy refuses ${script}` : `it is invisible, or cannot be clicked`, {
      cause,
    })
  }
}

/** Runs in the page. Returns whether its policy refuses a script. */
function refuses(src: string): Promise<boolean> {
  // biome-ignore lint/suspicious/noExplicitAny: this package is compiled without the types of a browser's page
  const { document, setTimeout } = globalThis as any
  return new Promise((resolve) => {
    document.addEventListener('securitypolicyviolation', ({ disposition }: { disposition: string }) => {
      if (disposition === 'enforce') resolve(true)
    })
    document.head.append(
      Object.assign(document.createElement('script'), { src: `${src}?again`, type: 'module' }),
    )
    setTimeout(() => resolve(false), 2_000)
  })
}

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
