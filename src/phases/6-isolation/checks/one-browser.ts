import { indexIn, pagesIn } from '../../../core/config.js'
import { Tab } from '../../../tools/attack/tab.js'
import { openWorld } from '../../../tools/attack/world.js'
import type { Check, Edit, Evidence } from '../../../tools/gate/check.js'
import { ADDED_PAGE, withoutPages } from '../../../tools/inventory/found-pages.js'

/** Logging out without a word to the browser. */
const SILENT_LOGOUT: Edit = {
  file: 'dist/phases/4-auth/logout.js',
  find: "res.setHeader('Clear-Site-Data', LEFT_BEHIND);",
  replace: ';',
}
const answers = 'dist/phases/6-isolation/private-answers.js'

/**
 * The owner logs in, looks at every page and logs out; then the second person does, in the same tab of the same browser,
 * and goes back through all of it. Nothing of the owner's may show, for however short, come in an answer, from whatever
 * cache, or lie in anything a page can keep things in.
 */
export const oneBrowser: Check = {
  id: 'isolation.one-browser',
  title: 'Of two people one after the other in one browser, the second finds nothing of the first',
  proves: ['T2', 'B8'],
  fix: 'Logging out goes through the toolkit’s own page or API, which clears what pages have kept; then the page is loaded anew.',
  needs: ['browser'],
  timeout: 240_000,
  async run(gate) {
    const pageless = await withoutPages(gate, 'pages')
    if (pageless) return pageless
    const world = await openWorld(gate, { realTime: true })
    const { owner, other, target } = world
    const { canaries: owners } = await world.secretsOf(owner)
    const { canaries: others } = await world.secretsOf(other)
    const { auth } = gate.config
    const index = indexIn(gate.config)
    const browser = await gate.browser()
    const context = await browser.newContext({ baseURL: target.url })
    const tab = await Tab.open(context, [...owners.keys(), ...others.keys()])
    const problems: Evidence[] = []
    let controls = 0
    const none = async (when: string) => {
      for (const { mark, where, path } of tab.seen.splice(0)) {
        const column = owners.get(mark)
        if (!column || problems.some((one) => one.what.includes(` ${when}`) && one.got === where)) continue
        problems.push({
          what: `${column} of the owner is in ${where} ${when}`,
          route: `GET ${path}`,
          table: column.split('.')[0],
          got: where,
        })
      }
    }
    const visitAll = async (own: ReadonlyMap<string, string>, each: (path: string) => Promise<void>) => {
      for (const route of pagesIn(gate.config)) {
        await tab.visit(route)
        // Who sees nothing of their own either has found nothing out.
        if (tab.seen.some(({ mark }) => own.has(mark))) controls++
        await each(route)
      }
    }

    await tab.logIn(auth.pages, index, owner)
    await visitAll(owners, async () => void tab.seen.splice(0))
    await tab.logOut(auth.pages)
    tab.seen.splice(0)
    await tab.lookIntoStores()
    await none('after logging out')
    await tab.back(2)
    await none('when somebody goes back who is not logged in')
    const ownersPages = controls
    controls = 0
    await tab.logIn(auth.pages, index, other)
    await none('when somebody else logs in')
    await visitAll(others, () => none('while somebody else looks at the pages'))
    await tab.lookIntoStores()
    await none('while somebody else is logged in')
    await tab.back()
    await none('when somebody else goes back')
    await context.close()
    const exercised = ownersPages > 0 && controls > 0 ? ownersPages + controls : 0
    const notes = [
      `pages with something of their own: ${ownersPages} of the owner's, ${controls} of the other's`,
    ]
    return { exercised, unit: 'pages', problems, notes }
  },
  mutations: [
    {
      name: 'browsers keep what they were answered, whoever asks',
      names: /of the owner is in .* when somebody/,
      by: {
        edit: [
          SILENT_LOGOUT,
          // Pages too: an app may write what somebody has into them, and fetch nothing.
          { file: answers, find: 'privately(res, isPage));', replace: "'public, max-age=600');" },
          { file: answers, find: 'vary(res, varyBy);', replace: '' },
        ],
      },
    },
    {
      name: 'a page comes back whole from the browser’s history',
      names: /of the owner is in .* when somebody (?:else )?goes back/,
      by: {
        edit: [
          SILENT_LOGOUT,
          { file: answers, find: "return 'no-store';", replace: "return 'private, no-cache';" },
        ],
      },
    },
  ],
  additions: ADDED_PAGE,
}
