import vary from 'vary'
import type { Kit } from '../../core/kit.js'
import { type Handler, targetOf } from '../../express/handler.js'
import { isNavigation } from '../../express/navigation.js'
import { readPath } from '../../express/path.js'
import { fits, patternsOf } from '../../express/pattern.js'
import { isPublic } from '../../express/public-route.js'

/**
 * Takes a browser that is not logged in from any page of the app to the login page, and back afterwards. What is
 * no page, the API, is left to the phases above.
 */
export function guard(kit: Kit): Handler {
  const { auth } = kit.config
  const open = isPublic(kit.config)
  const pages = patternsOf(kit.config, 'spa.routes')

  const isPage = (method: string, url: string) =>
    (method === 'GET' || method === 'HEAD') &&
    readPath(url).ways.some((way) => pages.some(({ segments }) => fits(segments, way)))

  return function guard(req, res, next) {
    if (kit.userOf(req) || open(req)) return next()
    if (!isNavigation(req) && !isPage(req.method, targetOf(req))) return next()
    vary(res, 'Cookie')
    const login = `${auth.pages}/login?next=${encodeURIComponent(targetOf(req))}`
    res.writeHead(302, { Location: login, 'Cache-Control': 'no-store' }).end()
  }
}
