import type { Person } from '../../../core/context.js'
import { Problem } from '../../../core/problem.js'

/** What a route requires of the logged-in user. One entry of each list is enough; an absent list requires nothing. */
export interface Requirement {
  role?: readonly string[]
  permission?: readonly string[]
  scope?: readonly string[]
}

/** Returns why a user may not use such a route; null if they may. Administrators have every role and permission. */
export function refusal(person: Person, { role, permission, scope }: Requirement): Problem | null {
  if (role && !person.isAdmin && !role.some((one) => person.roles.includes(one)))
    return forbidden('role', role)
  if (permission && !person.isAdmin && !permission.some((one) => person.permissions.includes(one)))
    return forbidden('permission', permission)
  // A user who logged in may do everything their account may; a token only what it was made for.
  const { scopes } = person
  if (scope && scopes && !scope.some((one) => scopes.includes(one))) return forbidden('scope', scope)
  return null
}

const forbidden = (what: string, names: readonly string[]) =>
  new Problem('forbidden', `This needs the ${what} ${names.join(' or ')}.`)
