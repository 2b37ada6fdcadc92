import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import { type Handler, type Incoming, targetOf } from '../../../express/handler.js'
import { type Matched, matched, readMatched } from '../../../express/matched.js'
import { type PathRead, readPath } from '../../../express/path.js'
import { classifier } from '../routes.js'
import { hasOpsToken } from './ops-token.js'

/**
 * Debug and ops routes are as good as absent while their variable is off: the app goes on behind them and answers as
 * for any unknown path. Switched on they answer admins only; before phase 4, whoever has OPS_TOKEN. It stands on
 * what the app itself has matched, so no spelling of a path can miss it, and asks the sent path as well, since a
 * declared parameter may hold a gated name. A callback of a parameter (`app.param`) runs before the route is known: there
 * only the sent path decides.
 */
export function opsGate(kit: Kit): Handler {
  const { settings, knowsPeople } = kit
  const { classOf, isException, hasExceptionBelow } = classifier(kit.config)
  const answers = { debug: settings.ENABLE_DEBUG_ROUTES, ops: settings.ENABLE_INTERNAL_OPS_ROUTES }

  const bySent = (req: Incoming, here: Matched, own: PathRead) => {
    const sent = readPath(targetOf(req))
    // Of a route declared as text its own exception is believed; of a pattern or list only a plainly spelt path's.
    return classOf(req.method, sent, sent.plain || (here.declared !== null && isException(req.method, own)))
  }
  const isOnWay = (req: Incoming, own: PathRead) => {
    const sent = readPath(targetOf(req))
    return sent.plain && classOf(req.method, sent) === 'open' && hasExceptionBelow(own)
  }

  return function guardOps(req, _res, next) {
    const here = matched(req)
    if (!here) return next()
    const own = readMatched(here)
    // An exception counts in every spelling, because the route behind the callback is guarded as well.
    const byRoute = here.kind === 'param' ? classOf(req.method, own, true) : classOf(req.method, own)
    // Shared middleware (`/`) sees every path; only what can be the end of the way is asked for the path sent.
    const gated =
      byRoute === 'open' && (here.kind === 'route' || here.kind === 'app') ? bySent(req, here, own) : byRoute
    // A mount with an exception below it is passed for what is sent there; the routes inside are asked one by one.
    const excepted = gated !== 'open' && here.kind === 'mount' && isOnWay(req, own)
    if (gated === 'open' || excepted) return next()
    if (!answers[gated]) return next('route')
    if (!knowsPeople) return next(hasOpsToken(req) ? undefined : new Problem('authentication_required'))
    const person = kit.userOf(req)
    if (!person) return next(new Problem('authentication_required'))
    next(person.isAdmin ? undefined : new Problem('forbidden', 'This needs an administrator.'))
  }
}
