import type { Table } from '../../../database/catalog.js'
import { literal, q } from '../../../database/quoted.js'
import type { LoginTable } from '../../4-auth/config/login-tables.js'
import type { Resolved } from '../schema/plan/ownership-plan.js'
import { EVERY_ROLE, isOwnRow, rolesOfOwnRows, type WantedPolicy } from '../schema/rights/policies.js'
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
  return plan.ownLogin?.users.flatMap((column) => lookupPolicies(resolved, users.name, column)) ?? []
}

/** Policies that let a request read the rows that its query looks up by a column, and a registration insert them. */
function lookupPolicies(resolved: Resolved, table: string, column: string): WantedPolicy[] {
  // An insert that answers with its row reads it, too.
  const using = `${isRequest(resolved)} and ltrim(${LOOKUP}, ${literal(REGISTERS)}) = ${isLookedUp(table, column)}`
  const check = `${isRequest(resolved)} and ${LOOKUP} = ${isLookedUp(table, column, REGISTERS)}`
  const roles = EVERY_ROLE
  return [
    { name: ownName('lookup', column), command: 'select', roles, using, check: null },
    ...(resolved.plan.ownLogin?.register
      ? [{ name: ownName('register', column), command: 'insert' as const, roles, using: null, check }]
      : []),
  ]
}

/**
 * Policies of a table of the login: a request reaches the row with the secret that its query names, such as the key of a
 * session, and a user their own rows. Without a secret the login reads the rows of one user, and the registration
 * inserts them.
 *
 * @param of the table, or one of its partitions
 */
export function loginTablePolicies(
  resolved: Resolved,
  { name }: { name: string },
  { token, owner }: Pick<LoginTable, 'token' | 'owner'>,
  of: Table,
): WantedPolicy[] {
  const open = (policy: string, rows: string, roles = EVERY_ROLE): WantedPolicy => ({
    name: policy,
    command: 'all',
    roles,
    using: rows,
    check: rows,
  })
  return [
    ...(token
      ? [open('usertwo_session', `${isRequest(resolved)} and ${LOOKUP} = ${isLookedUp(name, token)}`)]
      : lookupPolicies(resolved, name, owner!)),
    ...(owner ? [open('usertwo_owner', isOwnRow(of, owner), rolesOfOwnRows(resolved.plan, of))] : []),
    everyRow(resolved),
  ]
}

/** The app's login, as which migrations and jobs run, reaches every row. */
function everyRow({ plan }: Resolved): WantedPolicy {
  const login = `current_user <> ${literal(plan.requestRole)}`
  return { name: 'usertwo_login', command: 'all', roles: [plan.login], using: login, check: login }
}
