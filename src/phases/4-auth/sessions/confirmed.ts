import type { Config } from '../../../config/config.js'
import type { Kit } from '../../../core/kit.js'
import { rememberPerson } from '../../../core/person-of.js'
import { Problem } from '../../../core/problem.js'
import type { Handler } from '../../../express/handler.js'
import { matched, readMatched } from '../../../express/matched.js'
import type { PathRead } from '../../../express/path.js'
import { patternsAt, patternsOf } from '../../../express/pattern.js'
import { LoginState, loginOf, rememberLogin } from './login-state.js'
import { authParts } from './parts.js'

/** Whether the user's rights are checked at a path (`routes.require`, `auth.stepUp`): there each login is looked up. */
export function checksRights(config: Config): (method: string, path: PathRead) => boolean {
  const rules = [...patternsOf(config, 'routes.require'), ...patternsOf(config, 'auth.stepUp')]
  return (method, path) => rules.length > 0 && patternsAt(rules, method, path).length > 0
}

/** Looks up a remembered login at such a route, if the path as sent did not name it. Refuses one that has ended meanwhile. */
export function confirmed(kit: Kit): Handler | null {
  if (kit.config.auth.lookUpEvery === 0 || !kit.knowsPeople) return null
  const isChecked = checksRights(kit.config)
  const { lookUp } = authParts(kit)
  return function confirmed(req, _res, next) {
    const { claims, cookieSession, isRemembered } = loginOf(req)
    const here = isRemembered && matched(req)
    if (!claims || !here || !isChecked(req.method, readMatched(here))) return next()
    return lookUp.find(claims).then((person) => {
      if (!person) return next(new Problem('authentication_required'))
      rememberPerson(req, person)
      rememberLogin(req, new LoginState('accepted', cookieSession, claims))
      next()
    })
  }
}
