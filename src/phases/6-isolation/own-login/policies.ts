import { literal, q } from '../../../database/quoted.js'
import type { Resolved } from '../schema/plan/ownership-plan.js'
import type { WantedPolicy } from '../schema/rights/policies.js'
import { ownName } from '../schema/step.js'
import { lookupPrefix, REGISTERS } from './lookup.js'

const LOOKUP = `pg_catalog.current_setting('usertwo.lookup', true)`

const isRequest = ({ plan }: Resolved) => `current_user = ${literal(plan.requestRole)}`
const isLookedUp = (table: string, column: string, before = '') =>
  `${literal(before + lookupPrefix(table, column))} || ${q(column)}::text`

/**
 * Policies that let a request reach the one row of users that its query looks up; empty where usertwo keeps the login.
 * The setting names the row, so a query cannot reach a second one, whatever it says.
 */
export function usersLookupPolicies(resolved: Resolved): WantedPolicy[] {
  const { users, plan } = resolved
  if (!plan.ownLogin) return []
  const { register } = plan.ownLogin
  return plan.ownLogin.users.flatMap((column): WantedPolicy[] => {
    // An insert that answers with its row reads it, too.
    const using = `${isRequest(resolved)} and ltrim(${LOOKUP}, ${literal(REGISTERS)}) = ${isLookedUp(users.name, column)}`
    const check = `${isRequest(resolved)} and ${LOOKUP} = ${isLookedUp(users.name, column, REGISTERS)}`
    const role = 'public'
    return [
      { name: ownName('lookup', column), command: 'select', role, using, check: null },
      ...(register
        ? [{ name: ownName('register', column), command: 'insert' as const, role, using: null, check }]
        : []),
    ]
  })
}

/** Policies of a table of sessions: a request reaches its own row by its key, the app's login every row. */
export function sessionPolicies(resolved: Resolved, { name }: { name: string }, key: string): WantedPolicy[] {
  const own = `${isRequest(resolved)} and ${LOOKUP} = ${isLookedUp(name, key)}`
  const login = `current_user <> ${literal(resolved.plan.requestRole)}`
  return [
    { name: 'usertwo_session', command: 'all', role: 'public', using: own, check: own },
    { name: 'usertwo_login', command: 'all', role: resolved.plan.login, using: login, check: login },
  ]
}
