import type { Person } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { givenLocals } from '../../../express/given-locals.js'
import type { Handler, Incoming } from '../../../express/handler.js'
import { authParts } from '../parts.js'
import { loginOf } from '../sessions/login-state.js'

/**
 * Sets `req.user`, `res.locals.user` and `csrfToken()`, the names by which an app's code and templates look
 * for the current user. It is a copy: what the app writes to it does not change the current user.
 */
export function toldWho(kit: Kit): Handler {
  const { csrf } = authParts(kit)
  return function toldWho(req: Incoming & { user?: object }, res, next) {
    const person = kit.userOf(req)
    const user = person && forApp(person)
    if (user) req.user = user
    const csrfToken = () => {
      const { cookieSession } = loginOf(req)
      return cookieSession === null || !person ? '' : csrf.of(cookieSession, person.id)
    }
    Object.assign(res, { locals: givenLocals({ user, csrfToken }) })
    next()
  }
}

/** Without the ids of the login, because an app may answer with its `req.user`. */
function forApp({ id, username, email, isAdmin, roles, permissions, scopes }: Person): object {
  // Neither a literal (see `Here` in `matched.ts`) nor a class instance: the app sees a plain object.
  const user: Record<string, unknown> = {}
  user.id = id
  user.username = username
  user.email = email
  user.isAdmin = isAdmin
  user.roles = roles.slice()
  user.permissions = permissions.slice()
  user.scopes = scopes
  return user
}
