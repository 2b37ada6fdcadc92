import { pagesIn } from '../../../src/config/config.js'
import { serverPages } from '../../attack/browser/server-pages.js'
import { WatchedPage } from '../../attack/browser/watched-page.js'
import { markedColumn } from '../../attack/fixture/canary.js'
import { openWorld, type World } from '../../attack/fixture/world.js'
import type { Check, Evidence } from '../../gate/check.js'
import { ADDED_PAGE, withoutPages } from '../../inventory/found-pages.js'
import logout from '../4-auth/mutants/sessions/logout.js'
import privateAnswers from './mutants/requests/private-answers.js'

/** Opens one page. */
type Visit = (tab: WatchedPage) => Promise<void>

/**
 * The owner logs in, opens every page and logs out. The second user then does the same in the same tab of the
 * same browser, and goes back through the history. Nothing of the owner's may show, not even briefly: not in
 * an answer from any cache, and not in any browser storage. Pages drawn by browser code and pages written by
 * the server have a browser each: server pages link to one another, and visits to the first kind would push
 * them out of the history.
 */
export const oneBrowser: Check = {
  id: 'isolation.one-browser',
  title: 'The second user of a browser finds nothing of the first',
  proves: ['T2', 'B8'],
  ofUsertwosLogin: true,
  fix: 'Logging out goes through the toolkit’s own page or API, which clears what pages have kept; then the page is loaded again.',
  timeout: 240_000,
  async run(gate) {
    const pageless = await withoutPages(gate, 'pages')
    if (pageless) return pageless
    const world = await openWorld(gate, { realTime: true })
    const { owner, other, target } = world
    const { canaries: owners } = await world.secretsOf(owner)
    const { canaries: others } = await world.secretsOf(other)
    const problems: Evidence[] = []
    const controls = { owner: 0, other: 0 }
    const browsing = { gate, target, owner, other, owners, others, problems, controls }
    const drawn = pagesIn(gate.config).map(
      (route): Visit =>
        (tab) =>
          tab.visit(route),
    )
    await inOneBrowser(browsing, { owner: drawn, other: drawn })
    const left: string[] = []
    for (const shown of ['pages', 'answers'] as const) {
      // The pages of some apps show nothing of a user's rows. For these the check opens the answers of the
      // API in the browser.
      if (shown === 'answers' && (controls.owner > 0 || problems.length > 0)) break
      const found = await serverPages(world, owners, shown)
      const at = (who: 'owner' | 'other') =>
        found.pages.map(
          (page): Visit =>
            (tab) =>
              tab.goTo(page[who]),
        )
      if (found.pages.length > 0) await inOneBrowser(browsing, { owner: at('owner'), other: at('other') })
      left.push(...found.left)
    }
    const exercised = controls.owner > 0 && controls.other > 0 ? controls.owner + controls.other : 0
    const notes = [
      `pages that show a user's own rows: ${controls.owner} to the owner, ${controls.other} to the other`,
      ...left.map((route) => `not visited, because enough others were: GET ${route}`),
    ]
    return { exercised, unit: 'pages', problems, notes }
  },
  mutants: [
    {
      name: 'browsers store every answer, for any user',
      names: /of the owner is in .* when (?:another|an anonymous)/,
      by: { replace: [logout.silent, privateAnswers.public] },
    },
    {
      name: 'the browser’s history shows a page again',
      names: /of the owner is in .* when (?:another|an anonymous) user goes back/,
      by: { replace: [logout.silent, privateAnswers.keptPages] },
    },
  ],
  additions: ADDED_PAGE,
}

interface Browsing extends Pick<World, 'gate' | 'target' | 'owner' | 'other'> {
  /** the marks in the rows of each, with the column they are in */
  owners: ReadonlyMap<string, string>
  others: ReadonlyMap<string, string>
  problems: Evidence[]
  /** the number of pages on which each user saw their own rows */
  controls: { owner: number; other: number }
}

/** The owner's visits, then those of the second person, in one tab of a new browser. */
async function inOneBrowser(
  { gate, target, owner, other, owners, others, problems, controls }: Browsing,
  visits: { owner: readonly Visit[]; other: readonly Visit[] },
): Promise<void> {
  const { auth } = gate.config
  const context = await (await gate.browser()).newContext({ baseURL: target.url })
  const tab = await WatchedPage.open(context, [...owners.keys(), ...others.keys()])
  const none = async (when: string) => {
    for (const { mark, where, path } of tab.seen.splice(0)) {
      const column = owners.get(mark)
      if (!column || problems.some((one) => one.what.includes(` ${when}`) && one.got === where)) continue
      problems.push({
        what: `${column} of the owner is in ${where} ${when}`,
        route: `GET ${path}`,
        table: markedColumn(column).table,
        got: where,
      })
    }
  }
  const visitAll = async (who: 'owner' | 'other', each: () => Promise<void>) => {
    const own = who === 'owner' ? owners : others
    for (const visit of visits[who]) {
      await visit(tab)
      // A user who sees nothing of their own proves nothing.
      if (tab.seen.some(({ mark }) => own.has(mark))) controls[who]++
      await each()
    }
  }

  await tab.logIn(auth.pages, owner)
  tab.seen.splice(0)
  await visitAll('owner', async () => void tab.seen.splice(0))
  await tab.logOut(auth.pages)
  tab.seen.splice(0)
  await tab.lookIntoStores()
  await none('after logging out')
  await tab.back(2)
  await none('when an anonymous user goes back')
  await tab.logIn(auth.pages, other)
  await none('when another user logs in')
  await visitAll('other', () => none('while another user opens the pages'))
  await tab.lookIntoStores()
  await none('while another user is logged in')
  await tab.back()
  await none('when another user goes back')
  await context.close()
}
