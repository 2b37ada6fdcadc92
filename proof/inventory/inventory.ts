import { isPage } from '../../reading/routes/is-page.js'
import { type TableEntry, tablesOf } from '../../reading/schema/tables.js'
import { readSources } from '../../reading/syntax/sources.js'
import { type Config, pagesIn } from '../../src/config/config.js'
import type { Catalog } from '../../src/database/catalog.js'
import type { Route } from '../gate/gate.js'
import type { Exchange } from '../gate/traffic/exchange.js'
import { type ClientCall, findClientCalls, findClientPages } from './client-calls.js'
import { findHotSpots, type HotSpot } from './hot-spots.js'
import { callsOfTemplates } from './templates.js'

/** A route of the running app. */
export interface RouteEntry extends Route {
  /** media types of its 2xx answers in the recorded baseline; empty: none of them had a body */
  answers: string[]
}

export interface PageEntry {
  path: string
  /** `spa`: only the browser code knows it; `html`: the server answers HTML there */
  kind: 'spa' | 'html'
  /** file:line that declares it; null: only the configuration names it */
  at: string | null
}

/** A mounted handler that is not a route; a folder is named relative to the app's own. */
export interface MountEntry {
  path: string
  at: string
  folder: string | null
}

/** The parts of an app that its second user will meet. The same app gives the same inventory. */
export interface Inventory {
  routes: RouteEntry[]
  mounts: MountEntry[]
  tables: TableEntry[]
  pages: PageEntry[]
  clientCalls: ClientCall[]
  hotSpots: HotSpot[]
  /** sources that could not be parsed, so that nothing in them was found */
  unread: { file: string; why: string }[]
}

export interface Seen {
  folder: string
  config: Config
  /** the routes of the running app */
  routes: Route[]
  mounts: readonly MountEntry[]
  catalog: Catalog
  /** the baseline; empty if none was recorded */
  traffic: readonly Exchange[]
}

/** Builds the inventory from the running app, its database, its recorded traffic and its sources. */
export async function buildInventory(seen: Seen): Promise<Inventory> {
  const { folder, config, routes, mounts, catalog, traffic } = seen
  const sources = await readSources(folder, config)
  const entries = routeEntries(routes, traffic)
  return {
    routes: entries,
    mounts: [...mounts],
    tables: tablesOf(catalog, config),
    pages: pagesOf(config, pageRoutes(entries, traffic), findClientPages(sources.client)),
    clientCalls: [...findClientCalls(sources.client, routes), ...(await callsOfTemplates(folder, routes))],
    hotSpots: findHotSpots(sources, entries, config),
    unread: sources.unread,
  }
}

/** Returns the routes in the app's own order, which decides which of them answers. */
export function routeEntries(routes: readonly Route[], traffic: readonly Exchange[]): RouteEntry[] {
  const types = new Map<string, Set<string>>()
  for (const { route, response } of traffic) {
    if (!route || !response.contentType || response.status >= 300) continue
    const known = types.get(route) ?? new Set()
    types.set(route, known.add(response.contentType.split(';', 1)[0]!.trim().toLowerCase()))
  }
  return routes.map(({ method, path, at }) => ({
    method,
    path,
    at,
    answers: [...(types.get(`${method} ${path}`) ?? [])].sort(),
  }))
}

/** Returns whether a recorded request reached a route, whatever the answer was. */
export function askedIn(traffic: readonly Exchange[]): (route: Pick<Route, 'method' | 'path'>) => boolean {
  const asked = new Set(traffic.map(({ route }) => route))
  // A route for every method is recorded under the method of the request.
  const anyhow = new Set([...asked].map((route) => route?.replace(/^\w+/, 'ALL')))
  return ({ method, path }) => (method === 'ALL' ? anyhow : asked).has(`${method} ${path}`)
}

/** Returns the routes that have answered a page. */
function pageRoutes(routes: readonly RouteEntry[], traffic: readonly Exchange[]): RouteEntry[] {
  const shown = new Set(
    traffic.flatMap(({ route, response }) => (response.status < 300 && isPage(response) ? [route] : [])),
  )
  return routes.filter(({ method, path }) => method === 'GET' && shown.has(`GET ${path}`))
}

function pagesOf(
  config: Config,
  shown: readonly RouteEntry[],
  declared: readonly { path: string; at: string }[],
): PageEntry[] {
  const pages = new Map<string, PageEntry>()
  for (const { path, at } of declared) pages.set(path, { path, kind: 'spa', at })
  for (const path of pagesIn(config)) if (!pages.has(path)) pages.set(path, { path, kind: 'spa', at: null })
  for (const { path, at } of shown) if (!pages.has(path)) pages.set(path, { path, kind: 'html', at })
  return [...pages.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}
