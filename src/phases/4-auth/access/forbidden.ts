import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Problem, sendProblem } from '../../../core/problem.js'
import { shared } from '../../../core/process/store.js'
import { isNavigation } from '../../../express/navigation.js'

type Show = (res: ServerResponse) => Promise<void>

// `requireRole` of one copy of this package may guard the routes of an app that is wrapped by another.
const page = shared('forbidden', () => ({ show: null as Show | null }))

/** Shows a page to browsers from here on. @returns undo */
export function showForbidden(show: Show): () => Promise<void> {
  page.show = show
  return async () => {
    if (page.show === show) page.show = null
  }
}

/** Refuses a user without the right: a browser navigation gets a page, where pages are on, anything else a problem. */
export function sendForbidden(req: IncomingMessage, res: ServerResponse, problem: Problem): void {
  if (!page.show || problem.code !== 'forbidden' || !isNavigation(req)) sendProblem(req, res, problem)
  else page.show(res).catch(() => sendProblem(req, res, problem))
}
