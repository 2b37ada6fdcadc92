import type { RequestHandler } from 'express'
import { pagesIn } from '../../core/config.js'
import type { Kit } from '../../core/kit.js'
import { isNavigation } from '../../express/navigation.js'
import { isPublic } from '../../express/public-route.js'

/**
 * Takes a browser that is not logged in from any page of the app to the login page, and back afterwards. What is
 * no page, the API, is left to the phases above.
 */
export function guard(kit: Kit): RequestHandler {
  const { auth } = kit.config
  const open = isPublic(kit.config)
  const pages = pagesIn(kit.config).map(pattern)

  const isPage = (method: string, url: string) => {
    const path = url.split('?', 1)[0]!
    return (method === 'GET' || method === 'HEAD') && pages.some((page) => page.test(path))
  }

  return function guard(req, res, next) {
    if (kit.userOf(req) || open(req)) return next()
    if (!isNavigation(req) && !isPage(req.method, req.originalUrl)) return next()
    res.set('Cache-Control', 'no-store')
    res.vary('Cookie')
    res.redirect(302, `${auth.pages}/login?next=${encodeURIComponent(req.originalUrl)}`)
  }
}

/** `/sessions/:id` as an expression; every other character stands for itself. */
function pattern(path: string): RegExp {
  const parts = path
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[^\w-]/g, '\\$&')))
  return new RegExp(`^${parts.join('/')}$`)
}
