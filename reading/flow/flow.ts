import type { App } from '../app/app.js'
import { packageModules } from '../app/workspace.js'
import type { SourceRoute } from '../routes/routes-in-source.js'
import type { DeclaredTable } from '../schema/schema-in-sql.js'
import { makeInterpreter, newTrack, TooLong } from './interpreter.js'
import { response } from './known/requests.js'
import { type FoundRoute, routesOf, topRouters } from './known/routers.js'
import type { Machine, Track } from './machine.js'
import { native, type QueryValue, REQUEST, UNDEFINED, type Value } from './values.js'

/** Time limit for following an app's routes, in ms. Routes left after it are reported as open. */
const FOLLOWING_MS = 30_000

/** A route with everything that following its handlers found. */
export interface FollowedRoute {
  method: string
  path: string
  at: string
  /** what could not be followed, with its place; empty: all of it was followed */
  open: { at: string; why: string }[]
  /** `file:line` of all code that it runs */
  lines: Set<string>
  queries: QueryValue[]
  /** the parts of the request that its own handlers read: `query`, `headers`, `url` */
  reads: string[]
}

/**
 * Follows every route of an app through the functions, classes and values of its source. None of the app's
 * code is run.
 */
export function followRoutes(
  app: App,
  tables: readonly DeclaredTable[],
  declared: readonly SourceRoute[],
): FollowedRoute[] {
  const server = app.sources.flatMap(({ role, source }) => (role === 'server' ? [source] : []))
  const { m, loadAll } = makeInterpreter(server, tables, packageModules(app, app.packages), app.texts)
  loadAll()
  const until = Date.now() + FOLLOWING_MS
  const found = eachOnce(topRouters(m.routers).flatMap((router) => routesOf(router)))
  const followed = found.map((route) => followRoute(m, route, until))
  const seen = new Set(found.map(({ at, method }) => `${method} ${at}`))
  const others = declared.filter(({ at, method }) => !seen.has(`${method} ${at}`))
  return [...followed, ...others.map(notReached)]
}

/** One route of those that two apps have by one router: a server, and a function of a platform. */
function eachOnce(routes: readonly FoundRoute[]): FoundRoute[] {
  const key = ({ method, path, at }: FoundRoute) => `${method} ${path} ${at}`
  return [...new Map([...routes].reverse().map((one) => [key(one), one])).values()].reverse()
}

function notReached({ method, path, at }: SourceRoute): FollowedRoute {
  const open = [{ at, why: 'is declared on a router that no other code was seen to use' }]
  return { method, path, at, open, lines: new Set([at]), queries: [], reads: [] }
}

function followRoute(
  m: Machine,
  { method, path, at, handlers, own }: FoundRoute,
  until: number,
): FollowedRoute {
  m.track = newTrack()
  m.depth = 0
  m.stack = []
  const site = { node: { type: 'Route', loc: { start: { line: 1 } } }, scope: m.root }
  const args = [{ ...REQUEST }, response(m), native(() => UNDEFINED)]
  try {
    if (Date.now() > until) throw new TooLong()
    for (const handler of handlers.slice(0, handlers.length - own.length))
      runHandler(m, handler, args, at, site)
    // What runs before every route reads headers of every request.
    m.track.parts.clear()
    for (const handler of own) runHandler(m, handler, args, at, site)
  } catch (error) {
    if (!(error instanceof TooLong) && !(error instanceof RangeError)) throw error
    m.track.open.set(`${at} `, 'was not followed to its end: it is too long')
  }
  const { lines, queries, parts, open } = m.track
  for (const query of queries) if (query.astray) open.set(`${query.at} `, 'queries an unknown table')
  return { method, path, at, lines, queries, reads: [...parts], open: placesOf(open) }
}

function runHandler(
  m: Machine,
  handler: Value,
  args: Value[],
  at: string,
  site: Parameters<Machine['call']>[3],
): void {
  if (handler.kind === 'function' || handler.kind === 'opaque') m.call(handler, null, args, site)
  else if (/^(unknown|constant|object)$/.test(handler.kind))
    m.track.open.set(
      `${at} `,
      handler.kind === 'unknown'
        ? `is handled by ${handler.why}, which is unknown`
        : 'is handled by an unknown function',
    )
}

function placesOf(open: Track['open']): FollowedRoute['open'] {
  return [...open].map(([key, why]) => ({ at: key.slice(0, key.indexOf(' ')), why }))
}
