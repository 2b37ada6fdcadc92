import { findTable, type Table } from '../../../database/catalog.js'
import type { Resolved } from '../schema/plan/ownership-plan.js'
import type { WantedPolicy } from '../schema/rights/policies.js'
import { keyOf } from './lookup.js'
import { sessionPolicies, usersLookupPolicies } from './policies.js'

/** A table in which the app keeps sessions, with the policies that let a request reach its own row. */
export interface SessionTable {
  table: Table
  policies: WantedPolicy[]
}

/**
 * Finds in the catalog what an own login looks up, into `resolved.sessions` and `resolved.lookups`.
 * @returns the problems of lookups that do not lead to one row
 */
export function findLookups(resolved: Resolved): string[] {
  const { plan, catalog, users } = resolved
  if (plan.namedBy) return notUnique(users, plan.namedBy, 'auth.proxy.is')
  if (!plan.ownLogin) return []
  const problems = plan.ownLogin.users.flatMap((column) => notUnique(users, column, 'auth.lookups.users'))
  for (const name of plan.ownLogin.tables) {
    const table = findTable(catalog, name)
    const key = keyOf(catalog, name)
    if (!table) problems.push(`auth.lookups.tables: ${name}: no such table, or several; write schema.name`)
    else if (!key)
      problems.push(`auth.lookups.tables: ${table.id} needs a primary key of one column, the id of a session`)
    else if (table === users || resolved.owned.some((one) => one.table === table))
      problems.push(`auth.lookups.tables: ${table.id} has rows of users; name only tables of sessions here`)
    else if (resolved.reference.includes(table))
      problems.push(
        `auth.lookups.tables: ${table.id} is a reference table; take it out of tables, or make it 'closed'`,
      )
    else {
      resolved.sessions.push({ table, policies: sessionPolicies(resolved, table, key) })
      resolved.unclassified = resolved.unclassified.filter((one) => one !== table)
      resolved.closed = resolved.closed.filter((one) => one !== table)
    }
  }
  resolved.lookups.push(...usersLookupPolicies(resolved))
  return problems
}

/** @returns why a column of users does not lead to one row */
function notUnique(users: Table, column: string, option: string): string[] {
  if (!users.columns.some(({ name }) => name === column))
    return [`${option}: ${users.id} has no column ${column}`]
  const unique = users.indexes.some(
    (index) => index.unique && index.valid && !index.partial && String(index.columns) === column,
  )
  if (unique) return []
  return [
    `${option}: ${users.id}.${column} is not unique, and a lookup reads one row; add a unique index, or name another column`,
  ]
}
