import type { ServerResponse } from 'node:http'
import type { Kit } from '../../core/kit.js'
import { type Handler, targetOf } from '../../express/handler.js'
import { ownApp } from '../../express/own-app.js'
import { sentPath } from '../../express/path.js'
import { showForbidden } from '../4-auth/access/forbidden.js'

/** The pages at `config.auth.pages`, to which the app can link. */
export function pages(kit: Kit): Handler {
  const base = kit.config.auth.pages
  const own = ownApp(base, async () => (await import('./page-routes.js')).pageRoutes(kit))
  const forbidden = async (res: ServerResponse) =>
    (await import('./html/forbidden-page.js')).sendForbiddenPage(kit, res)
  kit.onDispose(showForbidden(forbidden))
  return (req, res, next) => {
    // Where password managers look for the form (W3C, "A Well-Known URL for Changing Passwords").
    if (sentPath(targetOf(req)) !== '/.well-known/change-password' || req.method !== 'GET')
      return own(req, res, next)
    res.writeHead(302, { Location: `${base}/account`, 'Cache-Control': 'no-store' }).end()
  }
}
