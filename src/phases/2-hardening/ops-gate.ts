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
  const { classify, hasExceptionBelow } = classifier(kit.config.routes)
  const answers = { debug: settings.ENABLE_DEBUG_ROUTES, ops: settings.ENABLE_INTERNAL_OPS_ROUTES }
  const knowsUsers = dial >= 4 && settings.USER_MGMT_ENABLED

  return function guardOps(req, _res, next) {
    const declared = matchedPath(req)
    const byRoute = classify(req.method, generousPath(declared))
    const sent = generousPath(req.originalUrl)
    const bySent = classify(req.method, sent)
    const gated = byRoute !== 'open' ? byRoute : isHandlerOf(declared, sent) ? bySent : 'open'
    // A mount with an exception below it is passed for what is sent there; the routes inside are asked one by one.
    const excepted = bySent === 'open' && isPlainPath(req.originalUrl) && hasExceptionBelow(declared)
    if (gated === 'open' || excepted) return next()
    if (!answers[gated]) return next('route')
    if (!knowsUsers) return next(hasOpsToken(req) ? undefined : new Problem('authentication_required'))
    const person = kit.userOf(req)
    if (!person) return next(new Problem('authentication_required'))
    next(person.isAdmin ? undefined : new Problem('forbidden'))
  }
}

/** Whether what was matched can be the end of the way: shared middleware such as body parsers (`/`) is not gated. */
function isHandlerOf(declared: string, sent: string): boolean {
  const segments = (path: string) => path.split('/').filter(Boolean).length
  return declared.includes(':') && segments(declared) === segments(sent)
}
