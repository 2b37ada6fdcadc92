import type { Kit } from '../../../core/kit.js'
import { needPerson } from '../../../core/person-of.js'
import { Problem } from '../../../core/problem.js'
import type { Handler } from '../../../express/handler.js'
import { isPublic } from '../../../express/public-route.js'

/** From phase 6 an anonymous request no longer acts as the owner: all that is not public needs a login. */
export function requireUser(kit: Kit): Handler {
  const open = isPublic(kit.config)
  const taken = needPerson()
  kit.onDispose(async () => taken())
  return function requireUser(req, _res, next) {
    if (open(req) || kit.userOf(req)) next()
    else next(new Problem('authentication_required'))
  }
}
