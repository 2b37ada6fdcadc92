import type { Kit } from '../../../core/kit.js'
import { Problem, sendProblem } from '../../../core/problem.js'
import type { Handler } from '../../../express/handler.js'
import { isNavigation, isSentForm } from '../../../express/navigation.js'
import { isPublic } from '../../../express/public-route.js'
import { isUnder } from '../mount.js'
import { loginOf } from './login-state.js'
import { authParts } from './parts.js'

/**
 * Answers for the app's routes: 401 to a login that is no longer valid, and below phase 6 503 to every logged-in user
 * except the owner, because there the app has one user, and its code would show the owner's rows to everyone.
 */
export function refuse(kit: Kit): Handler {
  const { cookies } = authParts(kit)
  const { owner, auth } = kit.config
  const { settings } = kit
  const open = isPublic(kit.config)

  return function refuse(req, res, next) {
    if (open(req) || isUnder(req, auth.pages)) return next()
    const person = kit.userOf(req)
    if (loginOf(req).outcome === 'refused') {
      // An access token expires every few minutes, and the refresh token next to it gets the next one.
      if (settings.TOKEN_STYLE === 'bearer') cookies.clear(res)
      // From phase 5 the page guard redirects a browser to the login page instead, and saves the content of a form.
      if (kit.has('client') && (isNavigation(req) || (auth.badge && isSentForm(req)))) return next()
      return sendProblem(req, res, new Problem('authentication_required'))
    }
    if (person && !kit.has('isolation') && String(person.id) !== String(owner.id))
      return sendProblem(
        req,
        res,
        new Problem(
          'unavailable',
          'For now only the owner can use the app. Your data is kept.',
          {},
          { 'Retry-After': '3600' },
        ),
      )
    next()
  }
}
