import type { RequestHandler } from 'express'
import type { Kit } from '../../core/kit.js'
import { Problem } from '../../core/problem.js'
import { matchedPath } from '../../express/matched.js'
import { hasOpsToken } from './ops-token.js'
import { classifier, generousPath, isPlainPath } from './routes.js'

/**
 * Debug and ops routes are as good as absent while their variable is off: the app goes on behind them and answers as
 * for any unknown path. Switched on they answer admins only; before phase 4, whoever has OPS_TOKEN. It stands on
 * what the app itself has matched, so no spelling of a path can miss it, and asks the sent path as well, since a
 * declared parameter may hold a gated name.
 */
export function opsGate(kit: Kit): RequestHandler {
  const { settings, dial } = kit
  const { classify, isException, hasExceptionBelow } = classifier(kit.config.routes)
  const answers = { debug: settings.ENABLE_DEBUG_ROUTES, ops: settings.ENABLE_INTERNAL_OPS_ROUTES }
  const knowsUsers = dial >= 4 && settings.USER_MGMT_ENABLED

  return function guardOps(req, _res, next) {
    const declared = matchedPath(req)
    // Express leaves the last route on the request: only the path tells a route from what is mounted for a prefix.
    const route = declared === req.baseUrl.toLowerCase() ? null : req.route
    const plain = isPlainPath(req.originalUrl)
    const byRoute = classify(req.method, generousPath(declared))
    // Of a route declared as text its own exception is believed; of a pattern or list only a plainly spelt path's.
    const believed = plain || (typeof route?.path === 'string' && isException(req.method, declared))
    const bySent = classify(req.method, generousPath(req.originalUrl), believed)
    // Shared middleware (`/`) sees every path; only what can be the end of the way is asked for the path sent.
    const gated = byRoute === 'open' && route ? bySent : byRoute
    // A mount with an exception below it is passed for what is sent there; the routes inside are asked one by one.
    const excepted = !route && plain && bySent === 'open' && hasExceptionBelow(declared)
    if (gated === 'open' || excepted) return next()
    if (!answers[gated]) return next('route')
    if (!knowsUsers) return next(hasOpsToken(req) ? undefined : new Problem('authentication_required'))
    const person = kit.userOf(req)
    if (!person) return next(new Problem('authentication_required'))
    next(person.isAdmin ? undefined : new Problem('forbidden', 'This needs an administrator.'))
  }
}
