import { actAs, type Person } from '../../../core/context.js'
import { keepContext } from '../../../core/keep-context.js'
import type { Kit } from '../../../core/kit.js'
import { requestSlot } from '../../../core/slot.js'
import { givenLocals } from '../../../express/given-locals.js'
import type { Handler, Incoming } from '../../../express/handler.js'
import { loginOf } from './login-state.js'
import { authParts } from './parts.js'

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

/**
 * Runs the code of a request, and the events of the request, on behalf of its user, so that `currentUser()` answers in all
 * of it. An anonymous request runs as before. From phase 6 on the layers of that phase do this, for every request.
 */
export function actingUser(kit: Kit): Handler | null {
  if (kit.has('isolation')) return null
  return function actingUser(req, res, next) {
    let who = known.get(req)
    if (!who) {
      const person = kit.userOf(req)
      if (!person) return next()
      who = { kind: 'user', id: person.id, person }
      known.set(req, who)
      actAs(who, () => keepContext(req, res))
    }
    actAs(who, next)
  }
}

type ActingUser = Extract<Parameters<typeof actAs>[0], { kind: 'user' }>

/** The user of each request whose code runs on behalf of one. */
const known = requestSlot<Incoming, ActingUser>()
