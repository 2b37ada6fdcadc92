import type { ServerResponse } from 'node:http'
import type { Kit } from '../../core/kit.js'
import { Problem, sendProblem } from '../../core/problem.js'
import { type Handler, targetOf } from '../../express/handler.js'
import { ownApp } from '../../express/own-app.js'
import { isAtOrBelow, sentPath } from '../../express/path.js'
import { showForbidden } from '../4-auth/access/forbidden.js'

const leftOn = (root: string) =>
  `PUBLIC_URL has the path ${root}, and the proxy in front does not take it away: let it, or write the path into auth.pages and auth.mount, and PUBLIC_URL without it`

/** The pages at `config.auth.pages`, to which the app can link. */
export function pages(kit: Kit): Handler {
  const base = kit.config.auth.pages
  const own = ownApp(base, async () => (await import('./page-routes.js')).pageRoutes(kit))
  const forbidden = async (res: ServerResponse) =>
    (await import('./html/forbidden-page.js')).sendForbiddenPage(kit, res)
  kit.onDispose(showForbidden(forbidden))
  // A request that has the path was passed on with it: a browser would be sent to the login again and again.
  const isLeftOn = (path: string) => kit.at.root !== '' && isAtOrBelow(path, kit.at.pages)
  return (req, res, next) => {
    const path = sentPath(targetOf(req))
    if (isLeftOn(path)) return sendProblem(req, res, new Problem('unavailable', leftOn(kit.at.root)))
    // Where password managers look for the form (W3C, "A Well-Known URL for Changing Passwords").
    if (path !== '/.well-known/change-password' || req.method !== 'GET') return own(req, res, next)
    res.writeHead(302, { Location: `${kit.at.pages}/account`, 'Cache-Control': 'no-store' }).end()
  }
}
