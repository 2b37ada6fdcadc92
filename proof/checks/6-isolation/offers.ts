import { type Config, indexIn, readableIn } from '../../../src/config/config.js'
import { ConfigError } from '../../../src/core/config-error.js'
import { ownedPageRoutes, ownedRoutes, rowOf } from '../../../src/express/owned-routes.js'
import { sentPath } from '../../../src/express/path.js'
import { type BrowserOffer, offersTo, sentAs } from '../../attack/browser/offers.js'
import { serverPages } from '../../attack/browser/server-pages.js'
import { fixtureKeys } from '../../attack/fixture/rows.js'
import { openWorld, type World } from '../../attack/fixture/world.js'
import { isForbidden } from '../../attack/oracle/open-rows.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'
import { withoutPages } from '../../inventory/found-pages.js'
import badgeScript from './mutants/badge-script.js'
import ownRows from './mutants/own-rows.js'
import forbiddenPage from './mutants/requests/forbidden-page.js'
import ownedPages from './mutants/requests/owned-pages.js'

const NO_TABLE = 'no table is read by everybody and written by its owner'

const BY_ADDRESS: Mutant = {
  name: 'the page of a change opens for whoever knows its address',
  names: 'opens by its address for somebody else than its owner',
  by: { replace: [ownedPages.open] },
}

const MUTANTS: [Mutant, ...Mutant[]] = [
  {
    name: 'pages offer everything to everybody',
    names: 'is offered to somebody else than its owner',
    by: { replace: [badgeScript.offersAll] },
  },
  {
    name: 'each row is said to be whose asks',
    names: 'is offered to somebody else than its owner',
    by: { replace: [ownRows.everybodys] },
  },
  {
    name: 'no row is said to be whose asks',
    names: 'is not offered to its owner',
    by: { replace: [ownRows.nobodys] },
  },
  {
    name: 'a browser is refused as a program is',
    names: 'is not explained to a browser',
    by: { replace: [forbiddenPage.none] },
  },
]

export const offers: Check = {
  id: 'isolation.offers',
  title: 'Pages offer owner-only actions to the owner alone, and a denial says why',
  proves: ['B7', 'T3'],
  fix: 'Name the route with its table in routes.owned, and say auth: { badge: true }; or let the app leave it out for others itself.',
  timeout: 180_000,
  async run(gate) {
    const nothing = { exercised: 0, unit: 'offers', problems: [] }
    const wrong = wronglyOwned(gate.config)
    if (wrong.length > 0) return { ...nothing, problems: wrong }
    if (readableIn(gate.config).length === 0) return { ...nothing, nothingToDo: NO_TABLE }
    const pageless = await withoutPages(gate, 'offers')
    if (pageless) return pageless
    const world = await openWorld(gate, { realTime: true })
    const { owner, other, tables } = world
    const open = tables.filter(({ readable }) => readable)
    const mine = await fixtureKeys(gate.database, open, owner.id)
    const isAbout = ({ path }: BrowserOffer) => path.split(/[/?&=]/).some((part) => mine.has(part))
    const paths = await pagesOf(world)
    const byOwner = (await offersTo(world, owner, paths)).filter(isAbout)
    const byOther = (await offersTo(world, other, paths)).filter(isAbout)
    const problems: Evidence[] = byOwner
      .filter(({ isHidden }) => isHidden)
      .map((offer) => problem(offer, 'is not offered to its owner'))
    const routes = ownedRoutes(gate.config)
    const isOwned = ({ method, path }: BrowserOffer) => rowOf(routes, `${method} ${sentPath(path)}`) !== null
    const forms = ownedPageRoutes(gate.config)
    const pages = byOwner.filter(({ method, path }) => rowOf(forms, `${method} ${sentPath(path)}`))
    for (const page of pages)
      if (!isForbidden(await sentAs(world.target, other, page)))
        problems.push(problem(page, 'opens by its address for somebody else than its owner'))
    let [refused, kept] = [0, 0]
    for (const offer of byOther) {
      const answer = offer.method === 'GET' ? null : await sentAs(world.target, other, offer)
      const isRefused = answer !== null && isForbidden(answer)
      if (isRefused) refused++
      if (isRefused && !/^text\/html/.test(String(answer.headers['content-type'])))
        problems.push(problem(offer, 'is refused, which is not explained to a browser'))
      if (!isRefused && !isOwned(offer)) continue
      if (offer.isShown) problems.push(problem(offer, 'is offered to somebody else than its owner'))
      else kept++
    }
    return {
      exercised: paths.length + byOwner.length,
      unit: 'pages and offers',
      problems,
      notes: [
        `${byOwner.length} links and forms about rows that everybody reads; of somebody else’s, not offered: ${kept}, refused: ${refused}, closed by their address: ${pages.length}`,
      ],
      ignored: {
        ...(kept > 0 || problems.length > 0 ? {} : ignored()),
        ...(pages.length > 0
          ? {}
          : { [BY_ADDRESS.name]: 'no page offers its owner another, of routes.owned' }),
      },
    }
  },
  mutants: [...MUTANTS, BY_ADDRESS],
  additions: [
    {
      name: 'routes.owned names a table that not everybody reads',
      names: "is no table with access: 'readable'",
      by: {
        config: (config) => {
          const owned = { 'POST /usertwo-nowhere/:id': config.users.table }
          return { ...config, routes: { ...config.routes, owned } }
        },
      },
    },
  ],
}

/** What is said of tables that are no such: with it the app does not start. */
function wronglyOwned(config: Config): Evidence[] {
  try {
    ownedRoutes(config)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return [{ what: error.message }]
    throw error
  }
}

/** Where no page offers what others may not, nothing is taken off one. */
const ignored = () =>
  Object.fromEntries(
    MUTANTS.map(({ name }) => [name, 'no page has a link or form to what others may not do']),
  )

/** The pages of the owner's rows, as the recorded day knows them. */
async function pagesOf(world: World): Promise<string[]> {
  const { canaries } = await world.secretsOf(world.owner)
  const { pages } = await serverPages(world, canaries)
  return [...new Set([indexIn(world.gate.config), ...pages.map(({ owner }) => owner)])]
}

function problem({ at, method, path }: BrowserOffer, what: string): Evidence {
  return { what: `${method} ${path} ${what}`, route: `GET ${at}`, part: `${method} ${path} ${what}` }
}
