import type { Mounted, Route } from './gate.js'

/** Characters of a pattern or parameter in a declared path. */
const PATTERN = /[\\^*:()|{}?+]/

/**
 * Returns the handlers that `app.use` mounts at a path of their own, such as those of tRPC, GraphQL or JSON-RPC: no
 * route is declared below them, so they answer like one. A handler behind routes or a folder of the same path, or one for
 * all paths, answers what they leave: a page for 404.
 */
export function mountedHandlers<One extends Mounted>(
  mounts: readonly One[],
  routes: readonly Pick<Route, 'path'>[],
): One[] {
  const folders = mounts.filter(({ folder }) => folder !== null)
  const isBelow = (path: string, at: string) => path === at || path.startsWith(`${at}/`)
  return mounts.filter(
    ({ path: at, folder }) =>
      folder === null &&
      at !== '/' &&
      !PATTERN.test(at) &&
      ![...routes, ...folders].some(({ path }) => isBelow(path, at)),
  )
}

/** Returns such a handler as a route for every verb. */
export const asRoute = ({ path, at }: Mounted): Route => ({ method: 'ALL', path, at })
