import type { Kit } from '../../core/kit.js'
import { type Handler, targetOf } from '../../express/handler.js'
import { isNavigation } from '../../express/navigation.js'
import { readPath } from '../../express/path.js'
import { fits, patternsOf } from '../../express/pattern.js'
import { isPublic } from '../../express/public-route.js'
import { varyBy } from '../2-hardening/answers/own-headers.js'

/**
 * Where an anonymous visitor is redirected first; with a refresh token in a cookie, where their login is continued.
 * @param next where to go afterwards, as browsers see it
 */
export const loginFirst = ({ settings, at }: Kit, next: string) =>
  `${settings.AUTH_COOKIE_REFRESH ? `${at.mount}/continue` : `${at.pages}/login`}?next=${encodeURIComponent(next)}`

/**
 * Redirects a browser that is not logged in from any page of the app to the login page, and back afterwards.
 * Requests that are not for pages, such as the API's, are left to the phases above.
 */
export function guard(kit: Kit): Handler {
  const open = isPublic(kit.config)
  const pages = patternsOf(kit.config, 'spa.routes')

  const isPage = (method: string, url: string) =>
    (method === 'GET' || method === 'HEAD') &&
    readPath(url).ways.some((way) => pages.some(({ segments }) => fits(segments, way)))

  return function guard(req, res, next) {
    if (kit.userOf(req) || open(req)) return next()
    if (!isNavigation(req) && !isPage(req.method, targetOf(req))) return next()
    varyBy(res, 'Cookie')
    res
      .writeHead(302, { Location: loginFirst(kit, kit.at.root + targetOf(req)), 'Cache-Control': 'no-store' })
      .end()
  }
}
