import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Problem, sendProblem } from '../../../core/problem.js'
import { shared } from '../../../core/process/store.js'
import { isNavigation } from '../../../express/navigation.js'

type Show = (res: ServerResponse) => Promise<void>

// `requireRole` of one copy of this package may guard the routes of an app that is wrapped by another.
const page = shared('forbidden', () => ({ show: null as Show | null }))

/** From here on a browser is shown a page; returns how to take that back. */
export function showForbidden(show: Show): () => Promise<void> {
  page.show = show
  return async () => {
    if (page.show === show) page.show = null
  }
}

/** Refuses who may not: a browser that goes there with a page, where there are pages, all else with a problem. */
export function sendForbidden(req: IncomingMessage, res: ServerResponse, problem: Problem): void {
  if (!page.show || problem.code !== 'forbidden' || !isNavigation(req)) sendProblem(req, res, problem)
  else page.show(res).catch(() => sendProblem(req, res, problem))
}
