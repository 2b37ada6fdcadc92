import type { Kit } from '../../core/kit.js'
import type { Handler } from '../../express/handler.js'
import { ownApp } from '../../express/own-app.js'

/** The auth API at `config.auth.mount`. Requests for unknown endpoints go on to the app. */
export function auth(kit: Kit): Handler {
  return ownApp(kit.config.auth.mount, async () => (await import('./api-routes.js')).apiRoutes(kit))
}
