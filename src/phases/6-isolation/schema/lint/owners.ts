import { isMadeForEach } from '../keys/made-keys.js'
import { findKey, serves, surplusKeys, wantedKey } from '../keys/owner-keys.js'
import { referencesOf } from '../keys/per-user.js'
import type { Owned } from '../plan/ownership-plan.js'
import { closedEdges, mayHangOnOthers } from '../plan/parents.js'
import { UID } from '../plan/uid.js'
import { type LintContext, type OwnershipFinding, RECONCILE } from './finding.js'

/** Checks that every owned row has an owner, a new one gets the current user, and none references another user's row. */
export function lintOwners(context: LintContext): OwnershipFinding[] {
  const { resolved } = context
  const { users, plan } = resolved
  return resolved.owned.flatMap((owned) => {
    const { table, owner, column } = owned
    const finding = (rule: string, what: string, fix = RECONCILE) => ({ rule, table: table.id, what, fix })
    if (!column)
      return [finding('owner-column', `owner column ${owner} is missing`), ...lintFirstRows(owned, resolved)]
    const found: OwnershipFinding[] = []
    if (column.nullable)
      found.push(finding('owner-nullable', `${owner} may be null: such a row has no owner`))
    if (column.default === null)
      found.push(finding('owner-default', `${owner} has no default: old inserts fail`))
    else if (column.default !== UID)
      found.push(
        finding('owner-default', `${owner} defaults to ${column.default}: every user's rows get one owner`),
      )
    if (!table.indexes.some((index) => serves(index, { columns: [owner], unique: false })))
      found.push(
        finding('owner-index', `no valid index leads with ${owner}: every list reads the whole table`),
      )
    const invalid = table.indexes.filter((index) => !index.valid)
    for (const index of invalid)
      found.push(
        finding(
          'owner-index',
          `index ${index.name} is invalid`,
          `drop index concurrently ${index.name}; then ${RECONCILE}`,
        ),
      )
    const toUsers = table.foreignKeys.find(
      (key) =>
        key.target.id === users.id &&
        String(key.columns) === owner &&
        String(key.target.columns) === plan.users.id,
    )
    if (!toUsers?.validated) found.push(finding('owner-key', `no checked key from ${owner} to ${users.id}`))
    for (const key of table.foreignKeys)
      if (key.onDelete === 'set default' && (key.setColumns ?? key.columns).includes(owner))
        found.push(
          finding(
            'owner-key',
            `${key.name} sets ${owner} to its default when the referenced row is deleted: the rows pass to the user who deletes`,
            `declare ${key.name} without on delete set default`,
          ),
        )
    return [...found, ...lintParents(owned, context), ...lintFirstRows(owned, resolved)]
  })
}

function lintParents(owned: Owned, { resolved, edges }: LintContext): OwnershipFinding[] {
  const missing = closedEdges(edges)
    .filter((edge) => edge.child === owned)
    .flatMap((edge) => {
      const wanted = wantedKey(edge)
      if (findKey(owned.table, wanted)?.validated) return []
      const what = `no checked, deferred key (${wanted.columns.join(', ')}) to ${wanted.target.id}: a row can reference another user's`
      return [{ rule: 'parent-key', table: owned.table.id, what, fix: RECONCILE }]
    })
  const surplus = surplusKeys(resolved, owned).map((key) => ({
    rule: 'parent-key',
    table: owned.table.id,
    what: `${key.name} refuses rows that reference another user's ${key.target.id}, which all users may read`,
    fix: RECONCILE,
  }))
  return [...missing, ...surplus, ...lintReadableParents(owned, resolved)]
}

const REACHES = {
  cascade: 'deletes other users’ rows that reference it',
  'set null': 'changes other users’ rows that reference it',
  'set default': 'changes other users’ rows that reference it',
} as const

/** The actions of foreign keys bypass policies: they run as the table's owner, without row security. */
function lintReadableParents(child: Owned, { owned }: LintContext['resolved']): OwnershipFinding[] {
  const { table } = child
  return table.foreignKeys.flatMap(({ name, columns, target, onDelete }) => {
    const parent = owned.find((one) => one.table.id === target.id)
    if (!parent || onDelete === 'no action' || onDelete === 'restrict') return []
    if (!mayHangOnOthers(child, parent, columns)) return []
    const what = `${name} is on delete ${onDelete}: deleting a row of ${target.id} ${REACHES[onDelete]}`
    const fix = `make ${name} on delete no action (a row that others reference then stays), or set tables.${table.name}.via: '${columns[0]}' (then no other user's row can reference it)`
    return [{ rule: 'readable-cascade', table: table.id, what, fix }]
  })
}

/** Finds what would make the rows of a new user fail, and the registration with them. */
function lintFirstRows(one: Owned, { owned }: LintContext['resolved']): OwnershipFinding[] {
  const { table, owner, perUser, newUserRows, unique = [] } = one
  if (!perUser && !newUserRows) return []
  const isMade = (name: string | null) =>
    table.columns.some((column) => column.name === name && isMadeForEach(column))
  const given = new Set(newUserRows?.flatMap((row) => Object.keys(row)))
  // Without a value it is null, which no unique compares.
  const hasValue = (name: string | null) =>
    perUser ||
    name === null ||
    given.has(name) ||
    table.columns.some((one) => one.name === name && one.default)
  const shared = table.indexes.filter(
    (one) =>
      one.unique &&
      !one.columns.includes(owner) &&
      one.columns.every(hasValue) &&
      !(one.primary && one.columns.some((name) => isMade(name) && !given.has(name!))),
  )
  const rule = 'per-user-key'
  const uncopied = perUser ? referencesOf(one, owned).refused : []
  const keys = shared.map((index) => ({
    rule,
    table: table.id,
    what: `${index.name} allows a value once for all users: the ${perUser ? 'copy' : 'row'} of a second user is refused, so no other user can register`,
    fix: unique.includes(index.name)
      ? CONTRACT
      : `name it in the configuration, tables.${table.name}.unique: ['${index.name}'], then ${CONTRACT}${index.primary ? '; or give the key a default that makes another value for each row' : ''}`,
  }))
  return [...keys, ...uncopied.map((found) => ({ rule, table: table.id, ...found }))]
}

const CONTRACT = 'run: usertwo migrate up --contract'
