import { isPage } from '../../../reading/routes/is-page.js'
import { pagesIn } from '../../../src/config/config.js'
import { isAt } from '../../../src/phases/7-legacy/spa-routes.js'
import { appHeaders } from '../../gate/app/app-headers.js'
import { nextAddress } from '../../gate/people/people.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { exclusionOf } from '../campaign/exclusions.js'
import { type Canaries, leaks } from '../fixture/canary.js'
import { dayOfNow } from '../fixture/recorded-day.js'
import { fixtureKeys } from '../fixture/rows.js'
import type { World } from '../fixture/world.js'
import { withOwnIds } from '../payloads/swapped-ids.js'
import { corpusOf } from '../synthesised/corpus.js'
import { pathsFor } from '../synthesised/paths.js'

/** How many are chosen: the back button goes through both people's visits, and a browser keeps fifty. */
const MOST = 12

/** A page that the server writes, by its address for each of the two. */
export interface ServerPage {
  owner: string
  other: string
}

/** Which addresses a browser is taken to: `pages` are of HTML, `answers` whatever else a browser shows as it is. */
export type ShownPage = 'pages' | 'answers'

/**
 * The pages that the server writes, as the recorded day knows them: of each route one, where the owner is
 * shown something of their own if there is such an address. Those come last, where a browser still has them
 * when its user goes back.
 *
 * @param canaries the owner's
 * @returns with the routes that are left when there are too many
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
    // Of rows that the day itself has made there is nothing yet.
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

/** What a browser of the owner's shows at an address; null: nothing of that kind. */
async function opened({ gate, target, owner }: World, path: string, shown: ShownPage) {
  const answer = await target.ask('GET', path, {
    as: { ...owner, address: nextAddress() },
    // A browser knows nothing of the app's own headers.
    without: Object.keys(appHeaders(gate.config)),
    headers: { accept: 'text/html' },
  })
  const { 'content-type': contentType, 'content-disposition': saved } = answer.headers
  return answer.status === 200 && !saved && isShown({ contentType, body: answer.body }, shown) ? answer : null
}

const isShown = (answer: Parameters<typeof isPage>[0], shown: ShownPage) =>
  shown === 'pages' ? isPage(answer) : /json|text\/plain/.test(String(answer.contentType))

/** The recorded pages by route, each address once; not those that browser code draws. */
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
    // What no route has answered is a file.
    const route = exchange.route?.replace(/^\w+ /, '') ?? address
    const known = byRoute.get(route) ?? []
    if (!known.some((one) => one.path === path)) byRoute.set(route, [...known, exchange])
  }
  return byRoute
}
