// An example at phase 8 as the gate starts it, on a database of its own, and browsers of people who register there.
import { join } from 'node:path'
import { type Browser, expect, type Page } from '@playwright/test'
import type { AppOptions } from '../proof/gate/gate.js'
import type { loadProject } from '../proof/gate/project.js'
import type { GateSession, openSession } from '../proof/gate/session.js'
import type { openTemplates, Templates } from '../proof/gate/templates.js'
import type { Config } from '../src/config/config.js'
import { assertForEverybody } from './axe.js'
import { leftBy, refusedIn, TOKEN } from './kept-nowhere.js'

export const PASSWORD = 'a phrase that is long enough'

export const folderOf = (example: string) => join(import.meta.dirname, '..', 'examples', example)

// The gate starts the app with preloads that lie beside its compiled self.
const built = (module: string) => import(new URL(`../dist/proof/gate/${module}.js`, import.meta.url).href)

export interface Wrapped {
  session: GateSession
  templates: Templates
  url: string
  /** Registers in a new browser context, and is logged in by the page itself. */
  register(browser: Browser, email: string, claimCode?: string): Promise<Page>
  /** from now on assertClean() covers this page as well */
  watch(page: Page): Page
  /**
   * No token is stored where it outlives a page, no policy has refused anything, no script has thrown, and
   * axe finds nothing.
   */
  assertClean(): Promise<void>
  stop(): Promise<void>
}

export interface WrappedOptions {
  config?: (given: Config) => Config
  /** before the app is started */
  prepare?: (session: GateSession) => Promise<void>
  app?: AppOptions
  /** whose template of a database it takes: stop it first */
  beside?: Wrapped
}

export async function wrapped(
  example: string,
  { config, prepare, app = { realTime: true }, beside }: WrappedOptions = {},
): Promise<Wrapped> {
  const { loadProject: load } = (await built('project')) as { loadProject: typeof loadProject }
  const { openTemplates: make } = (await built('templates')) as { openTemplates: typeof openTemplates }
  const { openSession: open } = (await built('session')) as { openSession: typeof openSession }
  const project = await load(folderOf(example))
  const templates = beside?.templates ?? (await make(project))
  const { signal } = new AbortController()
  const mutant = config && { name: 'configured otherwise', names: '', by: { config } }
  const session = await open({ project, templates, phase: 8, mutant, signal, traffic: async () => [] })
  await prepare?.(session)
  const { url } = await session.app(app)
  const pages: Page[] = []
  const refused: string[] = []
  const watch = (page: Page) => {
    pages.push(page)
    refusedIn(page, refused)
    return page
  }
  return {
    session,
    templates,
    url,
    watch,
    async register(browser, email, claimCode) {
      const page = watch(await (await browser.newContext()).newPage())
      await page.goto(`${url}/auth/register`)
      await page.locator('input[name=email]').fill(email)
      await page.locator('input[name=password]').fill(PASSWORD)
      if (claimCode) await page.locator('input[name=claim_code]').fill(claimCode)
      await page.getByRole('button', { name: 'Register' }).click()
      await expect(page).toHaveURL(`${url}/`)
      return page
    },
    async assertClean() {
      for (const page of pages.filter((one) => !one.isClosed())) {
        expect(await leftBy(page)).not.toMatch(TOKEN)
        await assertForEverybody(page)
      }
      expect(refused.splice(0)).toEqual([])
    },
    async stop() {
      await session.close()
      if (!beside) await templates.stop()
    },
  }
}
