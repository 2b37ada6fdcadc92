import type { Kit } from '../../core/kit.js'
import type { Handler } from '../../express/handler.js'
import { ownApp } from '../../express/own-app.js'

/** The pages at `config.auth.pages`, for the app's own to link to. */
export function pages(kit: Kit): Handler {
  return ownApp(kit.config.auth.pages, async () => (await import('./page-routes.js')).pageRoutes(kit))
}
