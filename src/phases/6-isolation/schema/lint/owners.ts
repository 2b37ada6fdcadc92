import { findKey, serves, surplusKeys, wantedKey } from '../keys/owner-keys.js'
import type { Owned } from '../plan/ownership-plan.js'
import { closedEdges, mayHangOnOthers } from '../plan/parents.js'
import { UID } from '../plan/uid.js'
import { type LintContext, type OwnershipFinding, RECONCILE } from './finding.js'

/** Every owned row has an owner, a new one the current user, and points to nobody else's. */
export function lintOwners(context: LintContext): OwnershipFinding[] {
  const { resolved } = context
  const { users, plan } = resolved
  return resolved.owned.flatMap((owned) => {
    const { table, owner, column } = owned
    const finding = (rule: string, what: string, fix = RECONCILE) => ({ rule, table: table.id, what, fix })
    if (!column) return [finding('owner-column', `owner column ${owner} is missing`)]
    const found: OwnershipFinding[] = []
    if (column.nullable) found.push(finding('owner-nullable', `${owner} may be null: such a row is nobody's`))
    if (column.default === null)
      found.push(finding('owner-default', `${owner} has no default: old inserts fail`))
    else if (column.default !== UID)
      found.push(
        finding('owner-default', `${owner} defaults to ${column.default}: strangers' rows land on one user`),
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
      if (key.onDelete === 'set default' && key.columns.includes(owner))
        found.push(
          finding(
            'owner-key',
            `${key.name} sets ${owner} to its default when what it points to is deleted: the rows fall to whoever deletes`,
            `declare ${key.name} without on delete set default`,
          ),
        )
    return [...found, ...lintParents(owned, context), ...lintPerUser(owned)]
  })
}

function lintParents(owned: Owned, { resolved, edges }: LintContext): OwnershipFinding[] {
  const missing = closedEdges(edges)
    .filter((edge) => edge.child === owned)
    .flatMap((edge) => {
      const wanted = wantedKey(edge)
      if (findKey(owned.table, wanted)?.validated) return []
      const what = `no checked, deferred key (${wanted.columns.join(', ')}) to ${wanted.target.id}: a row can hang on somebody else's`
      return [{ rule: 'parent-key', table: owned.table.id, what, fix: RECONCILE }]
    })
  const surplus = surplusKeys(resolved, owned).map((key) => ({
    rule: 'parent-key',
    table: owned.table.id,
    what: `${key.name} refuses rows that hang on somebody else's ${key.target.id}, which everybody may read`,
    fix: RECONCILE,
  }))
  return [...missing, ...surplus, ...lintReadableParents(owned, resolved)]
}

const REACHES = {
  cascade: 'deletes the rows of others that hang on it',
  'set null': 'changes the rows of others that hang on it',
  'set default': 'changes the rows of others that hang on it',
} as const

/** The keys' own actions know no policy: they run as the table's owner, past row security. */
function lintReadableParents(child: Owned, { owned }: LintContext['resolved']): OwnershipFinding[] {
  const { table } = child
  return table.foreignKeys.flatMap(({ name, columns, target, onDelete }) => {
    const parent = owned.find((one) => one.table.id === target.id)
    if (!parent || onDelete === 'no action' || onDelete === 'restrict') return []
    if (!mayHangOnOthers(child, parent, columns)) return []
    const what = `${name} is on delete ${onDelete}: who deletes a row of ${target.id} ${REACHES[onDelete]}`
    const fix = `make ${name} on delete no action (a row that others hang on then stays), or say tables.${table.name}.via: '${columns[0]}' (nobody else's row hangs on it then)`
    return [{ rule: 'readable-cascade', table: table.id, what, fix }]
  })
}

/** What would make the copy for a new user fail, and the registration with it. */
function lintPerUser({ table, owner, perUser }: Owned): OwnershipFinding[] {
  if (!perUser) return []
  const keyed = table.columns.filter(({ name }) => table.primaryKey.includes(name) && name !== owner)
  const bare = keyed.filter((column) => column.default === null && column.identity === null)
  const shared = table.indexes.filter((one) => one.unique && !one.primary && !one.columns.includes(owner))
  return [
    ...bare.map(({ name }) => ({
      rule: 'per-user-key',
      table: table.id,
      what: `${name} has no default: a second user's row would have no key`,
      fix: `give ${name} a default, or make (${owner}, ${name}) the primary key, or drop perUser`,
    })),
    ...shared.map((index) => ({
      rule: 'per-user-key',
      table: table.id,
      what: `${index.name} allows a value once for all users: a second user's copy is refused`,
      fix: `name it in the configuration, tables.${table.name}.unique: ['${index.name}'], then run: usertwo migrate up --contract`,
    })),
  ]
}
