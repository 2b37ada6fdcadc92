import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import { rememberedOf } from '../../../express/forgotten.js'
import type { Handler } from '../../../express/handler.js'
import { isPublic } from '../../../express/public-route.js'
import { csrf } from './cookies/csrf.js'
import { isSafe } from './cookies/csrf-verdict.js'
import { scopeRefusal } from './tokens/scopes.js'

/**
 * Decides again where the app has changed the method of a request, as method-override does by `?_method=DELETE`: what stands
 * in front of the app has judged the method that was sent. A read that becomes a write has to prove its origin, a token
 * needs the scope of the new method, and what is public by one method is not by another.
 */
export function changedMethod(kit: Kit): Handler | null {
  if (!kit.knowsPeople) return null
  const prove = csrf(kit)
  const refusalOf = scopeRefusal(kit.config)
  const open = isPublic(kit.config)
  return function changedMethod(req, res, next) {
    const method = rememberedOf(req)?.method
    if (method === undefined || method === req.method) return next()
    const person = kit.userOf(req)
    if (!person && kit.has('isolation') && !open(req)) return next(new Problem('authentication_required'))
    const refused = person?.scopes && refusalOf(req, person.scopes)
    if (refused) return next(refused)
    // A form has proved it before: what it sent may have been read since.
    return isSafe({ method }) ? prove(req, res, next) : next()
  }
}
