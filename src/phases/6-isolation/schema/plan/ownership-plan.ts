import type { TableEnforcement } from '../../../../config/config.js'
import type { UserId } from '../../../../core/context.js'
import { isBookkeeping } from '../../../../database/bookkeeping.js'
import type { Queryable } from '../../../../database/catalog/ask.js'
import { wholeOf } from '../../../../database/catalog/partitions.js'
import { type Catalog, type Column, findTable, type Table } from '../../../../database/catalog.js'
import { literal, q, qualified } from '../../../../database/quoted.js'
import type { LoginTable } from '../../../4-auth/config/login-tables.js'
import type { SessionTable } from '../../own-login/fits.js'
import { isKey } from '../keys/is-key.js'
import { partsRefused } from '../partitions/refused.js'
import type { WantedPolicy } from '../rights/policies.js'
import { fitsName, OwnershipError } from '../step.js'
import { isToCome } from './users-to-come.js'

/** The ownership that the schema should have; derived from the configuration. */
export interface OwnershipPlan {
  /** The owner's `users.id`: existing rows become theirs. */
  owner: { id: UserId }
  users: { table: string; id: string }
  /** By `name` or `schema.name`. A table that is missing here is closed to requests. */
  tables: Record<string, OwnedAccess | { access: 'self' | 'reference' | 'session' | 'closed' }>
  /** The plain role requests run under; it must exist. */
  requestRole: string
  /** The role the app's own connections act as: its login, or the plain role a superuser login is set to. */
  login: string
  /** What a login of the app's own reads before a user is known; absent: usertwo keeps the login. */
  ownLogin?: {
    /** columns of the table of users */
    users: readonly string[]
    /** whether a request may insert a row of users */
    register: boolean
    /** the tables of the login */
    tables: readonly LoginTable[]
  }
  /** The column of the table of users that the header of a proxy holds (`auth.proxy.is`). */
  namedBy?: string
}

export interface OwnedAccess {
  /** The owner column; added where the table does not have it. */
  owner: string
  /** private: only the owner sees a row; readable: all logged-in users read it, only the owner writes. */
  access: 'private' | 'readable'
  /** Each user has one row, copied from the owner's at registration. */
  perUser?: boolean
  /** Rows that each new user begins with: values by column. */
  newUserRows?: readonly Readonly<Record<string, unknown>>[]
  /** Names of its unique indexes that allow a value once per user, instead of once for all. */
  unique?: readonly string[]
  /** How strictly its rows are separated; default: enforce. */
  enforcement?: TableEnforcement
  /**
   * The column that references the parent; default: every key whose column is not set to null when the parent is deleted.
   */
  via?: string
  /**
   * `chosen`: a request may give the number of a deleted row of the same user and, if the primary key is in `unique`, any
   * key. Default: the database makes the keys that it counts.
   */
  keys?: 'chosen'
}

export interface Owned extends OwnedAccess {
  table: Table
  /** The existing owner column; null: not added yet. */
  column: Column | null
}

/** The plan with its tables found in the catalog and its types known. */
export interface Resolved {
  plan: OwnershipPlan
  catalog: Catalog
  users: Table
  /** The type of `users.id`, with modifier, and without; of a domain the type below it. */
  idType: string
  idBaseType: string
  /** The owner's id as an SQL literal of that type. */
  ownerLiteral: string
  owned: Owned[]
  reference: Table[]
  closed: Table[]
  /** Tables whose rows a request reaches by a secret: of sessions, and of a login of the app's own. */
  sessions: SessionTable[]
  /** Policies of the table of users for that login. */
  lookups: WantedPolicy[]
  /** Tables that are not classified, except those of migration tools. */
  unclassified: Table[]
}

interface ResolveOptions {
  parts?: 'refused' | 'allowed'
  firstRun?: boolean
}

/**
 * @param options.parts whether tables with inheritance or foreign partitions may be owned: for a lint yes, for changes no (default)
 * @param options.firstRun whether the request role is still to be made; default: it exists
 * @throws OwnershipError that names every table, column and role of the plan that does not fit the database
 */
export async function resolvePlan(
  client: Queryable,
  plan: OwnershipPlan,
  catalog: Catalog,
  options: ResolveOptions = {},
): Promise<Resolved> {
  const { users, id } = usersIn(catalog, plan)
  const idType = id.isDomain ? id.baseType : id.type
  const resolved: Resolved = {
    plan,
    catalog,
    users,
    idType,
    idBaseType: id.baseType,
    ownerLiteral: `${literal(String(plan.owner.id))}::${idType}`,
    owned: [],
    reference: [],
    closed: [],
    sessions: [],
    lookups: [],
    unclassified: [],
  }
  const problems = [
    ...(isUnique(users, id) ? [] : [`${users.id}.${id.name} is not unique; make it the primary key`]),
    ...findTables(resolved, id, options),
    // Loaded only where rows are looked up.
    ...(looksUp(plan) ? (await import('../../own-login/fits.js')).findLookups(resolved) : []),
    ...(await rolesMissing(client, plan, options.firstRun)),
  ]
  if (problems.length === 0 && !(await ownerExists(client, resolved)))
    problems.push(
      `${users.id} has no row with ${id.name} ${plan.owner.id}; add the owner first, or correct owner.id`,
    )
  if (problems.length > 0) throw new OwnershipError(problems)
  return resolved
}

const looksUp = ({ ownLogin, namedBy, tables }: OwnershipPlan) =>
  ownLogin !== undefined ||
  namedBy !== undefined ||
  Object.values(tables).some(({ access }) => access === 'session')

/** @throws OwnershipError if the table or column does not exist */
function usersIn(catalog: Catalog, plan: OwnershipPlan): { users: Table; id: Column } {
  const users = findTable(catalog, plan.users.table)
  const id = users?.columns.find((column) => column.name === plan.users.id)
  if (users && id) return { users, id }
  throw new OwnershipError([
    `users: ${plan.users.table}.${plan.users.id} does not exist; name the table and column that identify a user`,
  ])
}

const isUnique = ({ indexes }: Table, { name }: Column) =>
  indexes.some((index) => isKey(index.columns, [name]) && index.unique && index.valid && !index.partial)

/** Finds the tables of the plan in the catalog. @returns the problems */
function findTables(resolved: Resolved, id: Column, { parts }: ResolveOptions): string[] {
  const { plan, catalog, users } = resolved
  const problems: string[] = []
  const seen = new Set<Table>([users])
  for (const [name, entry] of Object.entries(plan.tables)) {
    const table = findTable(catalog, name)
    if (!table) {
      problems.push(
        `${name}: no such table, or several; name it in tables as it is now, as schema.name, or take it out there`,
      )
      continue
    }
    if (table === users && entry.access !== 'self')
      problems.push(`${name}: the users table can only be 'self'`)
    if (table !== users && entry.access === 'self')
      problems.push(`${name}: 'self' is for the users table (${users.id}); give this one an owner column`)
    if (table !== users && seen.has(table)) problems.push(`${name}: named twice in the plan`)
    seen.add(table)
    if ('owner' in entry) {
      const column = table.columns.find((one) => one.name === entry.owner) ?? null
      resolved.owned.push({ ...entry, table, column })
      problems.push(...problemsOf(table, entry, column, id))
      if (parts !== 'allowed') problems.push(...partsRefused(table, entry.owner, catalog.tables))
    } else if (entry.access === 'reference') resolved.reference.push(table)
    else if (entry.access === 'closed') resolved.closed.push(table)
  }
  resolved.unclassified = catalog.tables.filter(
    // A partition that is not named is as the table that it is a part of.
    (table) => !seen.has(wholeOf(table, catalog.tables)) && !seen.has(table) && !isBookkeeping(table),
  )
  return problems
}

const isAlike = (one: Column, other: Column) =>
  one.isDomain || other.isDomain ? one.baseType === other.baseType : one.type === other.type

function problemsOf(table: Table, entry: OwnedAccess, column: Column | null, id: Column): string[] {
  const at = `${table.id}.${entry.owner}`
  const problems: string[] = []
  const before = column ? null : ownerInPolicies(table)
  if (before !== null)
    problems.push(
      `${at} does not exist, and ${before} holds the owners of the rows; after a rename set tables.${table.name}.owner: '${before}'`,
    )
  if (!fitsName(entry.owner)) problems.push(`${at}: longer than 63 bytes; choose a shorter name`)
  if (column?.generated || column?.identity) problems.push(`${at} is generated; choose another owner column`)
  else if (column && !isAlike(column, id))
    problems.push(
      `${at} is ${column.type}, users have ${id.type}; change its type, or choose another owner column`,
    )
  return [...problems, ...problemsOfNewRows(table, entry)]
}

/** The column by which usertwo's policies separate the rows of a table already; null: none do. */
function ownerInPolicies({ policies, columns }: Table): string | null {
  const compared = policies
    .filter(({ name }) => name.startsWith('usertwo'))
    .flatMap(({ using, check }) => [using, check])
    .map((text) =>
      /(\w+|"[^"]+") = \(?(?: ?SELECT )?usertwo\.uid\(/i.exec(text ?? '')?.[1]?.replaceAll('"', ''),
    )
  return columns.find(({ name }) => compared.includes(name))?.name ?? null
}

function problemsOfNewRows(table: Table, { owner, newUserRows = [] }: OwnedAccess): string[] {
  const names = new Set(newUserRows.flatMap((row) => Object.keys(row)))
  return [...names].flatMap((name) => {
    const at = `${table.id}.${name}: newUserRows`
    if (name === owner) return [`${at} cannot give the owner, who is the new user; leave it out`]
    const column = table.columns.find((one) => one.name === name)
    if (!column) return [`${at} names a column that does not exist`]
    return column.generated || column.identity === 'always'
      ? [`${at} gives a column that the database computes; leave it out`]
      : []
  })
}

async function rolesMissing(client: Queryable, plan: OwnershipPlan, firstRun = false): Promise<string[]> {
  if (plan.requestRole === plan.login)
    return ['requestRole and login are one role; requests need a role of their own']
  const { rows } = await client.query<{ name: string }>(
    `select r.name from pg_catalog.unnest($1::text[]) r(name)
    where not exists (select from pg_catalog.pg_roles where rolname = r.name)`,
    [firstRun ? [plan.login] : [plan.requestRole, plan.login]],
  )
  return rows.map(({ name }) =>
    name === plan.requestRole
      ? `role ${name}, which requests run in, does not exist on this server, as after a restore from another one; run: usertwo migrate up --admin postgres://admin:…@host/database`
      : `role ${name} does not exist; make it first`,
  )
}

async function ownerExists(client: Queryable, { users, plan, ownerLiteral }: Resolved): Promise<boolean> {
  // The owner's row may still be added by usertwo.
  if (isToCome(users)) return true
  const { rowCount } = await client.query(
    `select 1 from ${qualified(users)} where ${q(plan.users.id)} = ${ownerLiteral}`,
  )
  return rowCount === 1
}
