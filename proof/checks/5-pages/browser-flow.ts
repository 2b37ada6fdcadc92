import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from '@playwright/test'
import { isPage } from '../../../reading/routes/is-page.js'
import { pagesIn } from '../../../src/config/config.js'
import { sentPath } from '../../../src/express/path.js'
import { isPublic } from '../../../src/express/public-route.js'
import { type FailedLoad, failedByLayers, openPages } from '../../attack/browser/page-complaints.js'
import { stillness } from '../../attack/browser/stillness.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'
import type { Gate } from '../../gate/gate.js'
import { giveLogin } from '../../gate/people/give-login.js'
import { forgetOwnPassword, type GateAccount, ownersCredentials } from '../../gate/people/people.js'
import { ADDED_PAGE, withoutPages } from '../../inventory/found-pages.js'
import cookies from './mutants/cookies.js'
import innerApp from './mutants/inner-app.js'
import sameOrigin from './mutants/same-origin.js'
import securityHeaders from './mutants/security-headers.js'

type Flow = (page: Page, where: { baseUrl: string }) => Promise<void>

const STEP_MS = 15_000

export const browserFlow: Check = {
  id: 'client.browser-flow',
  title: 'Login page, registration, use and logout work in a real browser',
  proves: ['B1', 'B3', 'B8', 'I4'],
  ofUsertwosLogin: true,
  fix: 'The evidence names the step or the page; repeat it in a browser on the app started with USERTWO_PHASE=5.',
  timeout: 240_000,
  async run(gate) {
    const none = await withoutPages(gate, 'steps')
    if (none) return none
    const flows = await loadFlows(gate)
    const target = await gate.app({ realTime: true })
    const browser = await gate.browser()
    const context = await browser.newContext({ baseURL: target.url })
    const page = await context.newPage()
    page.setDefaultTimeout(STEP_MS)
    const problems: Evidence[] = []
    const failed: FailedLoad[] = []
    page.on('pageerror', ({ message }) => failed.push({ path: new URL(page.url()).pathname, message }))
    let exercised = 0
    const step = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      if (problems.length > 0) return
      exercised++
      await work().catch((error: unknown) => problems.push(failedStep(page, what, error)))
    }

    const { pages } = gate.config.auth
    // If every page is public, the flow starts at the login page and ends where that leads.
    const guarded = await firstGuarded(gate)
    const [start, home] = guarded ? [guarded, guarded] : [`${pages}/login`, '/']
    const at = (path: string) => page.waitForURL((url) => url.pathname === path)
    const quiet = stillness(page)
    // The app's scripts may send requests after the load event, and may fail then. All of them are awaited.
    const atHome = async () => {
      await at(home)
      await quiet()
    }
    const account = await ownersCredentials(gate.database, gate.config)
    await forgetOwnPassword(gate.database, gate.config)
    await step('the first page does not lead to the login page', async () => {
      await page.goto(start)
      await at(`${pages}/login`)
    })
    await step('registering with the claim code does not end logged in, in the app', async () => {
      await register(page, account, gate.claimCode)
      await atHome()
    })
    for (const [name, flow] of flows)
      await step(`the flow ${name} failed`, () => flow(page, { baseUrl: target.url }))
    const notes: string[] = []
    // Without configured flows, every recorded page must open as it did.
    if (flows.length === 0)
      await step('the pages that were recorded do not open', async () => {
        const opened = await openPages(gate, target, context)
        exercised += opened.exercised
        problems.push(...opened.problems)
        notes.push(...opened.notes)
      })
    await step('the login is lost after a reload', async () => {
      await page.goto(home)
      await atHome()
    })
    await step('scripts can read the login', () => hidesLogin(page))
    await step('logging out does not lead back to the login page', async () => {
      await page.goto(`${pages}/logout`)
      await page.locator('form[action$="/logout"] button[type=submit]').click()
      await at(`${pages}/login`)
      await page.goto(start)
      await at(`${pages}/login`)
    })
    await step('logging in with e-mail and password does not lead into the app', async () => {
      await giveLogin(page, account)
      await atHome()
    })
    problems.push(...(await failedByLayers(gate, target, failed)))
    return { exercised, unit: 'steps', problems, notes }
  },
  mutants: ({ flows }) => [
    ...(flows.length === 0 ? [TOO_EARLY] : []),
    {
      name: 'a registration does not log in',
      // With a refresh token in a cookie, a page is opened once more before it is shown; what is done in it then fails first.
      names:
        /registering with the claim code does not end logged in|the flow \S+ failed|the login is lost after a reload/,
      by: { replace: [cookies.unset] },
    },
    {
      name: 'the app’s own page may not write',
      names: 'registering with the claim code does not end logged in',
      by: { replace: [sameOrigin.notEvenOwn] },
    },
  ],
  additions: ADDED_PAGE,
}

function failedStep(page: Page, what: string, error: unknown): Evidence {
  const got = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
  return { what, route: new URL(page.url()).pathname, got }
}

/** Registers from the login page. */
async function register(page: Page, { email, password }: GateAccount, claimCode: string): Promise<void> {
  await page.locator('main a[href*="/register"]').click()
  await page.locator('input[name=email], input[name=username]').fill(email)
  await page.locator('input[name=password]').fill(password)
  await page.locator('input[name=claim_code]').fill(claimCode)
  await page.locator('form[action$="/register"] button[type=submit]').click()
}

/** @throws if a script of the page can read the login cookie, or if the cookie is missing */
async function hidesLogin(page: Page): Promise<void> {
  const login = (await page.context().cookies()).find((cookie) => cookie.name.endsWith('usertwo'))
  const seen = await page.evaluate('document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })')
  if (!login || String(seen).includes(login.value))
    throw new Error(login ? 'it is in reach' : 'no login cookie')
}

const TOO_EARLY: Mutant = {
  name: 'the policy of phase 7 is enforced, and a page has a script within it',
  names: 'refuses the script within the page',
  by: { replace: [innerApp.inlineScript, securityHeaders.enforced] },
}

/**
 * Returns the first page that is not public: of the configured pages, else of those recorded from the server.
 */
async function firstGuarded(gate: Gate): Promise<string | undefined> {
  const recorded = (await gate.traffic()).filter(
    ({ method, response }) => method === 'GET' && response.status < 300 && isPage(response),
  )
  const paths = [
    ...pagesIn(gate.config).map((path) => path.replace(/:\w+/g, '1')),
    ...recorded.map(({ path }) => sentPath(path)),
  ]
  const open = isPublic(gate.config)
  return paths.find((url) => !open({ method: 'GET', url }))
}

/**
 * Loads the app's own flows: modules that export `flow(page, { baseUrl })`, with paths relative to the app's
 * folder.
 */
async function loadFlows(gate: Gate): Promise<[string, Flow][]> {
  return Promise.all(
    gate.config.flows.map(async (file): Promise<[string, Flow]> => {
      const loaded: { flow?: Flow } = await import(pathToFileURL(resolve(gate.folder, file)).href)
      if (!loaded.flow) throw new Error(`${file} does not export a function flow(page, { baseUrl })`)
      return [file, loaded.flow]
    }),
  )
}
