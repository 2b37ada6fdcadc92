import type { ServerResponse } from 'node:http'
import type { Kit } from '../../../../core/kit.js'
import { Problem, sendProblem } from '../../../../core/problem.js'
import { type Handler, headerOf, type Incoming, type Next } from '../../../../express/handler.js'
import { isSwitch } from '../../../../express/server-events.js'
import { type CsrfVerdict, csrfVerdict, isSafe } from './csrf-verdict.js'

/**
 * A cookie goes along with requests other sites start, so an unsafe request that brings the login in it must show
 * where it comes from: on the app's routes and the pages of phase 5 by what the browser says of its origin; else, on
 * the auth API, and with AUTH_CSRF=token on the app's routes too, by the CSRF token in X-CSRF-Token or in a form's
 * field `_csrf`. Login, claim and logout from nowhere (`Origin: null`) are refused without a login too: it could be
 * somebody else's account that a visitor is put into. What a page sends that was made for another person is refused
 * with 409, whatever proves where it comes from, and so is what it reads.
 */
export function csrf(kit: Kit): Handler {
  const verdictOf = csrfVerdict(kit)

  function obey(verdict: CsrfVerdict, req: Incoming, res: ServerResponse, next: Next) {
    if (verdict === 'pass') return next()
    if (verdict === 'changed')
      return import('../../accounts/user-changed.js').then(({ sendUserChanged }) =>
        sendUserChanged(kit, req, res),
      )
    import('../../throttle/refusals.js').then(
      ({ noteRefusal }) => noteRefusal(kit, req, 'csrf_refused'),
      kit.report,
    )
    return sendProblem(req, res, new Problem('csrf_failed'))
  }

  return function csrf(req, res, next) {
    if (isSafe(req) && headerOf(req, 'x-csrf-token') === undefined && !isSwitch(req)) return next()
    const verdict = verdictOf(req)
    if (typeof verdict === 'string') return obey(verdict, req, res, next)
    return verdict.then((one) => obey(one, req, res, next))
  }
}
