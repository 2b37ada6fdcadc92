import type { RequestHandler } from 'express'
import { indexIn, pagesIn } from '../../core/config.js'
import type { Kit } from '../../core/kit.js'
import { isNavigation } from '../../express/navigation.js'

/**
 * Pages that only the browser code of the app knows (`config.spa.routes`) work on refresh and by a link: a browser
 * that navigates there is given the app's index. Calls of scripts to the same paths go to the app as before.
 */
export function spaRoutes(kit: Kit): RequestHandler {
  const index = indexIn(kit.config)
  const routes = pagesIn(kit.config)
  const pages = routes.filter((route) => route !== index).map(segmentsOf)

  return function openSpa(req, _res, next) {
    if (pages.length === 0 || !isNavigation(req)) return next()
    const [path = '', query] = req.url.split('?', 2)
    const asked = segmentsOf(path)
    if (pages.some((page) => covers(page, asked))) req.url = query === undefined ? index : `${index}?${query}`
    next()
  }
}

/** Whether an address is one of a page as the configuration names it. */
export function isAt(page: string, address: string): boolean {
  return covers(segmentsOf(page), segmentsOf(address.split('?', 1)[0]!))
}

function segmentsOf(path: string): string[] {
  return path.replace(/^\//, '').replace(/\/$/, '').split('/')
}

/** A parameter stands for one segment that is not empty; routers of the browser do not mind case. */
function covers(page: string[], asked: string[]): boolean {
  return (
    page.length === asked.length &&
    page.every((one, at) =>
      one.startsWith(':') ? asked[at] !== '' : one.toLowerCase() === asked[at]!.toLowerCase(),
    )
  )
}
