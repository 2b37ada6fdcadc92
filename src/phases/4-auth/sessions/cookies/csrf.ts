import type { ServerResponse } from 'node:http'
import type { Kit } from '../../../../core/kit.js'
import { Problem, sendProblem } from '../../../../core/problem.js'
import { type Handler, headerOf, type Incoming, type Next } from '../../../../express/handler.js'
import { isSwitch } from '../../../../express/server-events.js'
import { type CsrfVerdict, csrfVerdict, isSafe } from './csrf-verdict.js'

/**
 * Refuses cross-site requests. A browser attaches the login cookie to requests that other sites start, so an
 * unsafe request with it must prove its origin. On the app's routes and the pages of phase 5 the browser's
 * origin headers are the proof; on the auth API, and with AUTH_CSRF=token on the app's routes too, the CSRF
 * token in X-CSRF-Token or in a form's field `_csrf`. Login, claim and logout with `Origin: null` are refused
 * without a login too: the visitor could be put into another person's account. A request from a page made for
 * another user is refused with 409, whatever proves its origin, and so is what such a page reads.
 */
export function csrf(kit: Kit): Handler {
  const verdictOf = csrfVerdict(kit)

  function obey(verdict: CsrfVerdict, req: Incoming, res: ServerResponse, next: Next) {
    if (verdict === 'pass') return next()
    if (verdict === 'changed')
      return import('../../accounts/user-changed.js').then(({ sendUserChanged }) =>
        sendUserChanged(kit, req, res),
      )
    import('../../audit.js').then(({ noteRefusal }) => noteRefusal(kit, req, 'csrf_refused'), kit.report)
    return sendProblem(req, res, new Problem('csrf_failed'))
  }

  return function csrf(req, res, next) {
    if (isSafe(req) && headerOf(req, 'x-csrf-token') === undefined && !isSwitch(req)) return next()
    const verdict = verdictOf(req)
    if (typeof verdict === 'string') return obey(verdict, req, res, next)
    return verdict.then((one) => obey(one, req, res, next))
  }
}
