import type { RequestHandler } from 'express'
import type { Kit } from '../../core/kit.js'
import { isNavigation } from '../../express/navigation.js'
import { readPath } from '../../express/path.js'
import { fits, patternsOf } from '../../express/pattern.js'
import { isPublic } from '../../express/public-route.js'

/**
 * Takes a browser that is not logged in from any page of the app to the login page, and back afterwards. What is
 * no page, the API, is left to the phases above.
 */
export function guard(kit: Kit): RequestHandler {
  const { auth } = kit.config
  const open = isPublic(kit.config)
  const pages = patternsOf(kit.config, 'spa.routes')

  const isPage = (method: string, url: string) =>
    (method === 'GET' || method === 'HEAD') &&
    readPath(url).ways.some((way) => pages.some(({ segments }) => fits(segments, way)))

  return function guard(req, res, next) {
    if (kit.userOf(req) || open(req)) return next()
    if (!isNavigation(req) && !isPage(req.method, req.originalUrl)) return next()
    res.set('Cache-Control', 'no-store')
    res.vary('Cookie')
    res.redirect(302, `${auth.pages}/login?next=${encodeURIComponent(req.originalUrl)}`)
  }
}
