import type { IncomingMessage, ServerResponse } from 'node:http'
import { needsPerson, personOf } from '../../../core/person-of.js'
import { Problem, sendProblem } from '../../../core/problem.js'
import { sendForbidden } from './forbidden.js'
import { type Requirement, refusal } from './requirement.js'

/** A handler for the app's own routes, in Express 4 and 5. */
export type RouteGuard = (req: IncomingMessage, res: ServerResponse, next: () => void) => void

/**
 * Admits users who have one of these roles, and administrators. Other users get 403 `forbidden`, anonymous
 * requests 401. Roles are read for each request: a user who loses one is refused from the next request on.
 * Below phase 6 a request without a login acts as the owner and is admitted.
 *
 * @example
 * app.delete('/articles/:id', requireRole('editor'), remove)
 * @throws TypeError if no role is named
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
 * The same for scopes: a token made by `usertwo tokens create` needs one of these. A user who has logged in is admitted.
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
    // Not next(error): the app's error handler would answer in its own way.
    if (!person) return needsPerson() ? sendProblem(req, res, new Problem('authentication_required')) : next()
    const problem = refusal(person, asked)
    if (problem) sendForbidden(req, res, problem)
    else next()
  }
}
