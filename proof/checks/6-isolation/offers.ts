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

const NO_TABLE = 'no table is read by all users and written by its owner'

const BY_ADDRESS: Mutant = {
  name: 'the page that edits a row opens for every user who knows its address',
  names: 'opens by its address for a user who is not its owner',
  by: { replace: [ownedPages.open] },
}

const MUTANTS: [Mutant, ...Mutant[]] = [
  {
    name: 'pages offer every action to every user',
    names: 'is offered to a user who is not its owner',
    by: { replace: [badgeScript.offersAll] },
  },
  {
    name: 'every row is reported as the caller’s',
    names: 'is offered to a user who is not its owner',
    by: { replace: [ownRows.allOwn] },
  },
  {
    name: 'no row is reported as the caller’s',
    names: 'is not offered to its owner',
    by: { replace: [ownRows.noneOwn] },
  },
  {
    name: 'a browser gets the same refusal as a program',
    names: 'is not explained to a browser',
    by: { replace: [forbiddenPage.none] },
  },
]

export const offers: Check = {
  id: 'isolation.offers',
  title: 'Pages offer owner-only actions to the owner alone, and a denial says why',
  proves: ['B7', 'T3'],
  ofUsertwosLogin: true,
  fix: 'Name the route with its table in routes.owned, and set auth: { badge: true }; or let the app itself hide the action from other users.',
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
        problems.push(problem(page, 'opens by its address for a user who is not its owner'))
    let [refused, kept] = [0, 0]
    for (const offer of byOther) {
      const answer = offer.method === 'GET' ? null : await sentAs(world.target, other, offer)
      const isRefused = answer !== null && isForbidden(answer)
      if (isRefused) refused++
      if (isRefused && !/^text\/html/.test(String(answer.headers['content-type'])))
        problems.push(problem(offer, 'is refused, which is not explained to a browser'))
      if (!isRefused && !isOwned(offer)) continue
      if (offer.isShown) problems.push(problem(offer, 'is offered to a user who is not its owner'))
      else kept++
    }
    return {
      exercised: paths.length + byOwner.length,
      unit: 'pages and offers',
      problems,
      notes: [
        `${byOwner.length} links and forms about rows that all users read; about another user’s rows: not offered ${kept}, refused ${refused}, pages closed by their address ${pages.length}`,
      ],
      ignored: {
        ...(kept > 0 || problems.length > 0 ? {} : ignored()),
        ...(pages.length > 0
          ? {}
          : { [BY_ADDRESS.name]: 'no page links its owner to a page of routes.owned' }),
      },
    }
  },
  mutants: [...MUTANTS, BY_ADDRESS],
  additions: [
    {
      name: 'routes.owned names a table that not all users read',
      names: "is not a table with access: 'readable'",
      by: {
        config: (config) => {
          const owned = { 'POST /usertwo-nowhere/:id': config.users.table }
          return { ...config, routes: { ...config.routes, owned } }
        },
      },
    },
  ],
}

/**
 * Returns the error about `routes.owned` entries whose tables do not allow it; with such an entry the app
 * does not start.
 */
function wronglyOwned(config: Config): Evidence[] {
  try {
    ownedRoutes(config)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return [{ what: error.message }]
    throw error
  }
}

/** If no page offers an action that other users may not do, nothing is removed from a page. */
const ignored = () =>
  Object.fromEntries(
    MUTANTS.map(({ name }) => [name, 'no page has a link or form that other users may not use']),
  )

/** Returns the paths of the pages that show the owner's rows in the recording. */
async function pagesOf(world: World): Promise<string[]> {
  const { canaries } = await world.secretsOf(world.owner)
  const { pages } = await serverPages(world, canaries)
  return [...new Set([indexIn(world.gate.config), ...pages.map(({ owner }) => owner)])]
}

function problem({ at, method, path }: BrowserOffer, what: string): Evidence {
  return { what: `${method} ${path} ${what}`, route: `GET ${at}`, part: `${method} ${path} ${what}` }
}
