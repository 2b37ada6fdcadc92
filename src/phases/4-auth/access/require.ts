import type { IncomingMessage, ServerResponse } from 'node:http'
import { needsPerson, personOf } from '../../../core/person-of.js'
import { Problem, sendProblem } from '../../../core/problem.js'
import { sendForbidden } from './forbidden.js'
import { type Requirement, refusal } from './requirement.js'

/** A handler for routes of the app's own, of Express 4 and 5. */
export type RouteGuard = (req: IncomingMessage, res: ServerResponse, next: () => void) => void

/**
 * Lets on who has one of these roles, and administrators; others get 403 `forbidden`, nobody 401. As of this request:
 * who loses a role is refused with the next one. Below phase 6 a request without a login is the owner's, and goes on.
 *
 * @example
 * app.delete('/articles/:id', requireRole('editor'), remove)
 * @throws TypeError when no role is named
 */
export const requireRole = (...roles: string[]): RouteGuard => guard('requireRole', 'role', roles)

/**
 * The same for permissions, which `auth.permissions` gives to roles.
 *
 * @example
 * app.post('/articles/:id/publish', requirePermission('articles:publish'), publish)
 * @throws TypeError when no permission is named
 */
export const requirePermission = (...permissions: string[]): RouteGuard =>
  guard('requirePermission', 'permission', permissions)

/**
 * The same for scopes: of a token that was made by `usertwo tokens create` one of these is asked for. Who has logged in
 * goes on.
 *
 * @example
 * app.get('/reports', requireScope('reports'), list)
 * @throws TypeError when no scope is named
 */
export const requireScope = (...scopes: string[]): RouteGuard => guard('requireScope', 'scope', scopes)

function guard(name: string, what: keyof Requirement, names: readonly string[]): RouteGuard {
  if (names.length === 0 || names.some((one) => typeof one !== 'string' || !/\S/.test(one)))
    throw new TypeError(
      `${name}(${names.map((one) => String(one)).join(', ')}): name at least one ${what}, as text`,
    )
  const asked: Requirement = { [what]: [...names] }
  return (req, res, next) => {
    const person = personOf(req)
    // Not by next(error): the app's own error handler would make an answer of its own of it.
    if (!person) return needsPerson() ? sendProblem(req, res, new Problem('authentication_required')) : next()
    const problem = refusal(person, asked)
    if (problem) sendForbidden(req, res, problem)
    else next()
  }
}
