import type { Kit } from '../../../core/kit.js'
import type { Handler } from '../../../express/handler.js'

/** Opens edit pages of readable rows for the row's owner only; null if `routes.owned` names none. */
export function ownedPages(kit: Kit): Handler | null {
  const { owned } = kit.config.routes
  if (!owned) return null
  let handler: Handler | null = null
  const loading = import('./foreign-pages.js').then(({ foreignPages }) => {
    handler = foreignPages(kit)
  })
  loading.catch(kit.report)
  return function ownedPages(req, res, next) {
    if (handler) handler(req, res, next)
    else loading.then(() => handler!(req, res, next), next)
  }
}
