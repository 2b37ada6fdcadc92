import type { Person } from '../../../core/context.js'
import { Problem } from '../../../core/problem.js'

/** What a route asks of who is logged in; of each list one is enough, and of what is not named nothing. */
export interface Requirement {
  role?: readonly string[]
  permission?: readonly string[]
  scope?: readonly string[]
}

/** Why somebody may not use a route that asks for this; null: they may. Administrators have every role and permission. */
export function refusal(person: Person, { role, permission, scope }: Requirement): Problem | null {
  if (role && !person.isAdmin && !role.some((one) => person.roles.includes(one)))
    return forbidden('role', role)
  if (permission && !person.isAdmin && !permission.some((one) => person.permissions.includes(one)))
    return forbidden('permission', permission)
  // Somebody who logged in themselves may all that they may; a token may what it was made for.
  const { scopes } = person
  if (scope && scopes && !scope.some((one) => scopes.includes(one))) return forbidden('scope', scope)
  return null
}

const forbidden = (what: string, names: readonly string[]) =>
  new Problem('forbidden', `This needs the ${what} ${names.join(' or ')}.`)
