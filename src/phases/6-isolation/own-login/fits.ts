import { findTable, type Table } from '../../../database/catalog.js'
import type { LoginTable } from '../../4-auth/config/login-tables.js'
import type { Resolved } from '../schema/plan/ownership-plan.js'
import type { WantedPolicy } from '../schema/rights/policies.js'
import { keyOf } from './lookup.js'
import { loginTablePolicies, usersLookupPolicies } from './policies.js'

/** A table of sessions or of the app's login, with the policies that let a request reach its own rows. */
export interface SessionTable {
  table: Table
  /** for the table itself or one of its partitions */
  policies(of: Table): WantedPolicy[]
}

/**
 * Finds in the catalog what an own login looks up, into `resolved.sessions` and `resolved.lookups`.
 * @returns the problems of lookups that do not lead to one row
 */
export function findLookups(resolved: Resolved): string[] {
  const { plan, users } = resolved
  const problems = findSessions(resolved)
  if (plan.namedBy) return [...problems, ...notUnique(users, plan.namedBy, 'auth.proxy.is')]
  if (!plan.ownLogin) return problems
  problems.push(...wrongLookups(resolved, plan.ownLogin))
  return problems
}

/** Finds the tables of sessions that are not a login. @returns the problems */
function findSessions(resolved: Resolved): string[] {
  const { plan, catalog } = resolved
  return Object.entries(plan.tables).flatMap(([name, { access }]) => {
    const table = access === 'session' ? findTable(catalog, name) : undefined
    if (!table) return []
    const key = keyOf(catalog, name)
    if (!key) return [`${name}: a table of sessions needs a primary key of one column, the id of a session`]
    resolved.sessions.push({
      table,
      policies: (of) => loginTablePolicies(resolved, table, { token: key }, of),
    })
    return []
  })
}

function wrongLookups(resolved: Resolved, ownLogin: NonNullable<Resolved['plan']['ownLogin']>): string[] {
  const { catalog, users } = resolved
  const problems = ownLogin.users.flatMap((column) => notUnique(users, column, 'auth.lookups.users'))
  for (const one of ownLogin.tables) {
    const table = findTable(catalog, one.table)
    const key = keyOf(catalog, one.table)
    const isNamed = one.token !== undefined || one.owner !== undefined
    if (!table)
      problems.push(`auth.lookups.tables: ${one.table}: no such table, or several; write schema.name`)
    else if (!isNamed && !key)
      problems.push(`auth.lookups.tables: ${table.id} needs a primary key of one column, the id of a session`)
    else if (table === users || resolved.owned.some((one) => one.table === table))
      problems.push(`auth.lookups.tables: ${table.id} has rows of users; name only tables of sessions here`)
    else if (resolved.sessions.some((one) => one.table === table))
      problems.push(`auth.lookups.tables: ${table.id} is named in tables too; take it out there`)
    else if (resolved.reference.includes(table))
      problems.push(
        `auth.lookups.tables: ${table.id} is a reference table; take it out of tables, or make it 'closed'`,
      )
    else {
      problems.push(...notFound(table, one))
      const by = isNamed ? one : { token: key }
      resolved.sessions.push({ table, policies: (of) => loginTablePolicies(resolved, table, by, of) })
      resolved.unclassified = resolved.unclassified.filter((one) => one !== table)
      resolved.closed = resolved.closed.filter((one) => one !== table)
    }
  }
  resolved.lookups.push(...usersLookupPolicies(resolved))
  return problems
}

/** @returns why the columns of a login's table do not lead to its rows */
function notFound(table: Table, { token, owner, password }: LoginTable): string[] {
  const option = 'auth.lookups.tables'
  const lacks = [owner, password].filter((one) => one && !table.columns.some(({ name }) => name === one))
  return [
    ...lacks.map((column) => `${option}: ${table.id} has no column ${column}`),
    ...(token ? notUnique(table, token, option) : []),
  ]
}

/** @returns why a column does not lead to one row */
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
