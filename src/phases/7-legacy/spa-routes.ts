import { indexIn } from '../../config/config.js'
import type { Kit } from '../../core/kit.js'
import type { Handler } from '../../express/handler.js'
import { isNavigation } from '../../express/navigation.js'
import { addressSegments, segmentsOf } from '../../express/path.js'
import { fits, patternsOf } from '../../express/pattern.js'

/**
 * Makes pages that only the app's browser code knows (`config.spa.routes`) work on refresh and by a link: a browser
 * that navigates there gets the app's index. Calls of scripts to the same paths go to the app as before.
 */
export function spaRoutes(kit: Kit): Handler {
  const index = indexIn(kit.config)
  const routes = patternsOf(kit.config, 'spa.routes')
  const pages = routes.filter(({ path }) => path !== index)

  return function openSpa(req, _res, next) {
    if (pages.length === 0 || !isNavigation(req)) return next()
    const asked = addressSegments(req.url)
    const query = req.url.indexOf('?')
    if (pages.some(({ segments }) => fits(segments, asked)))
      req.url = query < 0 ? index : index + req.url.slice(query)
    next()
  }
}

/** Whether a URL is that of a page in the configuration. */
export function isAt(page: string, address: string): boolean {
  return fits(segmentsOf(page), addressSegments(address))
}
