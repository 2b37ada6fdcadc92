import { isPage } from '../../../reading/routes/is-page.js'
import { pagesIn } from '../../../src/config/config.js'
import { isAt } from '../../../src/phases/7-legacy/spa-routes.js'
import { appHeaders } from '../../gate/app/app-headers.js'
import { nextAddress } from '../../gate/people/addresses.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { exclusionOf } from '../campaign/exclusions.js'
import { type Canaries, leaks } from '../fixture/canary.js'
import { dayOfNow } from '../fixture/recorded-day.js'
import { fixtureKeys } from '../fixture/rows.js'
import type { World } from '../fixture/world.js'
import { withOwnIds } from '../payloads/swapped-ids.js'
import { corpusOf } from '../synthesised/corpus.js'
import { pathsFor } from '../synthesised/paths.js'

/**
 * The number of chosen pages: the back button goes through both users' visits, and a browser keeps fifty
 * entries.
 */
const MOST = 12

/** A page that the server renders, with its address for each of the two users. */
export interface ServerPage {
  owner: string
  other: string
}

/**
 * The kind of address that a browser opens: `pages` are HTML, `answers` anything else that a browser
 * displays.
 */
export type ShownPage = 'pages' | 'answers'

/**
 * Returns the recorded pages that the server renders: one of each route, if possible one that shows the owner
 * their own rows. Those come last, so that they are still in the history when the user goes back.
 *
 * @param canaries the owner's marks
 * @returns also the routes that are left out if there are too many
 */
export async function serverPages(
  world: World,
  canaries: Canaries,
  shown: ShownPage = 'pages',
): Promise<{ pages: ServerPage[]; left: string[] }> {
  const { gate, target, owner, tables, cloned, mapping, shared } = world
  const day = await dayOfNow(target, owner, await gate.traffic())
  const corpus = await corpusOf(gate.database, gate.config, owner.id, day)
  const chosen: { route: string; page: Exchange; isOwn: boolean }[] = []
  for (const [route, recorded] of recordedPages(world, day, shown)) {
    // Rows that the recording itself created do not exist yet.
    const made = pathsFor(route, corpus).map((path): Exchange => ({ ...recorded[0]!, path }))
    let opens: Exchange | undefined
    let own: Exchange | undefined
    for (const page of [...recorded, ...made]) {
      const answer = await opened(world, page.path, shown)
      if (answer) opens ??= page
      if (answer && leaks(answer, canaries).length > 0) own = page
      if (own) break
    }
    const page = own ?? opens
    if (page) chosen.push({ route, page, isOwn: own !== undefined })
  }
  chosen.sort((a, b) => Number(a.isOwn) - Number(b.isOwn))
  const known = new Set((await fixtureKeys(gate.database, tables, owner.id)).keys())
  const otherPath = (page: Exchange) =>
    cloned ? withOwnIds(page, shared.own(known), mapping)?.request.path : undefined
  return {
    pages: chosen.slice(-MOST).map(({ page }) => ({ owner: page.path, other: otherPath(page) ?? page.path })),
    left: chosen.slice(0, -MOST).map(({ route }) => route),
  }
}

/** Returns what the owner's browser shows at an address; null if it is of another kind. */
async function opened({ gate, target, owner }: World, path: string, shown: ShownPage) {
  const answer = await target.ask('GET', path, {
    as: { ...owner, address: nextAddress() },
    // A browser does not send the app's own headers.
    without: Object.keys(appHeaders(gate.config)),
    headers: { accept: 'text/html' },
  })
  const { 'content-type': contentType, 'content-disposition': saved } = answer.headers
  return answer.status === 200 && !saved && isShown({ contentType, body: answer.body }, shown) ? answer : null
}

const isShown = (answer: Parameters<typeof isPage>[0], shown: ShownPage) =>
  shown === 'pages' ? isPage(answer) : /json|text\/plain/.test(String(answer.contentType))

/** Returns the recorded pages by route, each address once, without those that browser code draws. */
function recordedPages(
  { gate: { config } }: World,
  day: readonly Exchange[],
  shown: ShownPage,
): Map<string, Exchange[]> {
  const drawn = pagesIn(config)
  const kindOf = exclusionOf(config)
  const byRoute = new Map<string, Exchange[]>()
  for (const exchange of day) {
    const { method, path, response } = exchange
    if (method !== 'GET' || response.status !== 200 || !isShown(response, shown)) continue
    const address = path.split('?', 1)[0]!
    if (drawn.some((page) => isAt(page, address)) || kindOf('GET', address)?.kind === 'toolkit') continue
    // An answer without a route is a static file.
    const route = exchange.route?.replace(/^\w+ /, '') ?? address
    const known = byRoute.get(route) ?? []
    if (!known.some((one) => one.path === path)) byRoute.set(route, [...known, exchange])
  }
  return byRoute
}
