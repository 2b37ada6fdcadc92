import type { Kit } from '../../../core/kit.js'
import { Problem, sendProblem } from '../../../core/problem.js'
import type { Handler } from '../../../express/handler.js'
import { isSentForm } from '../../../express/navigation.js'
import { isPublic } from '../../../express/public-route.js'
import { isUnder } from '../../4-auth/mount.js'
import { loginOf } from '../../4-auth/sessions/login-state.js'

/**
 * `auth.badge`: answers a form that a browser sends after its login has ended with a page that keeps its fields until the
 * user is logged in again; null if the option is off. A form that cannot be kept is refused like any other request.
 */
export function keepForm(kit: Kit): Handler | null {
  const { auth } = kit.config
  if (!auth.badge) return null
  const open = isPublic(kit.config)
  return async function keepForm(req, res, next) {
    if (!isSentForm(req) || open(req) || isUnder(req, auth.pages)) return next()
    const { outcome } = loginOf(req)
    // Below phase 6 a request without a login acts as the owner.
    if (outcome === 'accepted' || (outcome === 'none' && !kit.has('isolation'))) return next()
    const { answerForm } = await import('./answer-form.js')
    if (!(await answerForm(kit, req, res))) sendProblem(req, res, new Problem('authentication_required'))
  }
}
