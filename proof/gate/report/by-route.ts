import type { Evidence } from '../check.js'

/** The number of findings that are shown in full where a report has little room. */
export const SHOWN = 5

/** The findings of a check, in the order in which a report shows them. */
interface ByRoute {
  /** one line for each route, before any details; empty if the details name every route anyway */
  overview: { route: string; what: string }[]
  /** one finding of each route, then the rest */
  details: Evidence[]
}

/**
 * Arranges findings so that those of the first route do not hide the other routes: a check that sends each route many
 * requests finds most leaks many times.
 */
export function byRoute(evidence: readonly Evidence[]): ByRoute {
  const routes = new Map<string, Evidence[]>()
  for (const one of evidence)
    if (one.route !== undefined) routes.set(one.route, [...(routes.get(one.route) ?? []), one])
  const isFirst = (one: Evidence) => one.route === undefined || routes.get(one.route)![0] === one
  const isClear = evidence.length <= SHOWN || routes.size < 2
  const overview = [...routes].map(([route, [first, ...more]]) => ({
    route,
    what: `${first!.what.split('\n')[0]}${more.length ? ` (and ${more.length} more)` : ''}`,
  }))
  return {
    overview: isClear ? [] : overview,
    details: [...evidence.filter(isFirst), ...evidence.filter((one) => !isFirst(one))],
  }
}
