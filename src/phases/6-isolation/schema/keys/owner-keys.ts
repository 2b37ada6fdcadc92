import { leavesOf } from '../../../../database/catalog/partitions.js'
import type { ForeignKey, Index, Table } from '../../../../database/catalog.js'
import { columnList, q, qualified } from '../../../../database/quoted.js'
import { buildIndex } from '../partitions/indexes.js'
import type { Owned, Resolved } from '../plan/ownership-plan.js'
import { carriesOwner, closedEdges, mayHangOnOthers, type ParentEdge } from '../plan/parents.js'
import { OwnershipError, ownName, type Step } from '../step.js'
import { isKey } from './is-key.js'

const DECLARE = {
  lock: 'share row exclusive on both tables, an instant',
  risk: 'waits behind long transactions, with a short timeout',
  transactional: true,
}
const DROP = {
  lock: 'access exclusive on both tables, an instant',
  risk: 'waits behind long transactions, with a short timeout',
  transactional: true,
}
const VALIDATE = {
  lock: 'share update exclusive, one scan',
  risk: 'reads the whole table; writes go on',
  transactional: true,
}

/** An index a table needs: unique where a composite key points to it. */
export interface WantedIndex {
  columns: string[]
  unique: boolean
}

/** Indexes that begin with the owner: one for each key that children reference, and one for lists. */
export function wantedIndexes(owned: Owned, edges: readonly ParentEdge[]): WantedIndex[] {
  const wanted: WantedIndex[] = []
  for (const { parent, target } of closedEdges(edges)) {
    const columns = [owned.owner, ...target.filter((column) => column !== owned.owner)]
    if (parent === owned && !wanted.some((one) => isKey(one.columns, columns)))
      wanted.push({ columns, unique: true })
  }
  const rest = owned.table.primaryKey.filter((column) => column !== owned.owner)
  return [...wanted, { columns: [owned.owner, ...rest], unique: false }]
}

/** Whether an index serves the purpose; an invalid or partial one never does. */
export function serves(index: Index, { columns, unique }: WantedIndex): boolean {
  if (!index.valid || index.partial) return false
  return unique ? index.unique && isKey(index.columns, columns) : index.columns[0] === columns[0]
}

/** The columns of the unique indexes per user, which have steps of their own, of all rows. */
function perUserIndexes({ table, owner, unique = [] }: Owned): string[][] {
  return table.indexes.flatMap(({ name, columns, partial }) => {
    const plain = columns.flatMap((column) => column ?? [])
    const isWhole = unique.includes(name) && !partial && plain.length === columns.length
    return isWhole ? [[owner, ...plain]] : []
  })
}

/** Builds missing indexes concurrently; the remainder of an interrupted build is dropped first. */
export function indexSteps(owned: Owned, edges: readonly ParentEdge[], tables: readonly Table[]): Step[] {
  const { table } = owned
  const toCome = perUserIndexes(owned)
  let building = false
  return wantedIndexes(owned, edges).flatMap((wanted) => {
    // A unique index that is being built begins with the owner too: lists need no second one.
    if (table.indexes.some((index) => serves(index, wanted)) || (building && !wanted.unique)) return []
    building = true
    if (wanted.unique && toCome.some((columns) => isKey(columns, wanted.columns))) return []
    // A table may have had an index for lists over the same columns before its first child was added.
    const nameOn = (part: Table) => ownName(part.name, ...wanted.columns, ...(wanted.unique ? ['key'] : []))
    const name = nameOn(table)
    const leftover = table.indexes.find((index) => index.name === name)
    if (leftover?.valid)
      throw new OwnershipError([`${table.id}: index ${name} is not ours (${leftover.definition}); rename it`])
    const { unique, columns } = wanted
    const title = `${table.id}: index (${columns.join(', ')})`
    return buildIndex({ table, nameOn, unique, columns: `(${columnList(columns)})`, title }, tables)
  })
}

/** A foreign key that should exist. */
interface WantedKey {
  name: string
  columns: string[]
  target: Table
  targetColumns: string[]
  deferred: boolean
}

/** Steps for the key to users, and for one next to each of the app's own keys that includes the owner. */
export function keySteps(resolved: Resolved, owned: Owned, edges: readonly ParentEdge[]): Step[] {
  const { users, plan, catalog } = resolved
  const toUsers: WantedKey = {
    name: ownName(owned.table.name, owned.owner, 'fkey'),
    columns: [owned.owner],
    target: users,
    targetColumns: [plan.users.id],
    deferred: false,
  }
  const toParents = closedEdges(edges)
    .filter((edge) => edge.child === owned)
    .map(wantedKey)
  return [
    ...[toUsers, ...toParents].flatMap((wanted) => keyStep(owned.table, wanted, catalog.tables)),
    ...surplusKeys(resolved, owned).map((key): Step => {
      const sql = `alter table ${qualified(owned.table)} drop constraint ${q(key.name)}`
      const name = `${owned.table.id}: key (${key.columns.join(', ')}) to ${key.target.id} dropped, which is readable`
      return { kind: 'expand', name, sql, ...DROP }
    }),
  ]
}

/** Composite keys of usertwo to a table that has become readable: all users may reference its rows. */
export function surplusKeys({ owned: all }: Resolved, child: Owned): ForeignKey[] {
  return child.table.foreignKeys.filter((key) => {
    const parent = all.find((one) => one.table.id === key.target.id)
    return (
      parent !== undefined &&
      mayHangOnOthers(child, parent, key.columns) &&
      key.name.startsWith('usertwo_') &&
      carriesOwner(key, child, parent)
    )
  })
}

/** The composite key of an edge: `(owner, parent)` → `(owner, id)`, checked at commit. */
export function wantedKey({ child, parent, columns, target }: ParentEdge): WantedKey {
  return {
    name: ownName(child.table.name, child.owner, ...columns, 'fkey'),
    columns: [child.owner, ...columns],
    target: parent.table,
    targetColumns: [parent.owner, ...target],
    deferred: true,
  }
}

/** Returns the table's key that serves the purpose, validated or not. */
export function findKey(table: Table, wanted: WantedKey) {
  return table.foreignKeys.find(
    (key) =>
      key.target.id === wanted.target.id &&
      String(key.columns) === String(wanted.columns) &&
      String(key.target.columns) === String(wanted.targetColumns) &&
      (!wanted.deferred || (key.deferrable && key.initiallyDeferred && key.onDelete === 'no action')),
  )
}

/**
 * PostgreSQL before 18 adds none to a partitioned table that is checked later: each partition gets its own first, which the
 * one of the whole table then takes over as it is.
 */
function keyStep(table: Table, wanted: WantedKey, tables: readonly Table[]): Step[] {
  const found = findKey(table, wanted)
  const isWhole = table.kind === 'partitioned'
  const title = `${table.id}: key (${wanted.columns.join(', ')}) to ${wanted.target.id}`
  const named = found ? undefined : table.foreignKeys.find((key) => key.name === wanted.name)
  if (named) throw new OwnershipError([`${table.id}: constraint ${wanted.name} is not ours; rename it`])
  const sql = `${declared(table, wanted)}${isWhole ? '' : ' not valid'}`
  const declare: Step = { kind: 'expand', name: title, sql, ...DECLARE }
  const validate: Step = {
    kind: 'expand',
    name: `${title}, checked`,
    sql: `alter table ${qualified(table)} validate constraint ${q(found?.name ?? wanted.name)}`,
    ...VALIDATE,
  }
  if (!isWhole) return [...(found ? [] : [declare]), ...(found?.validated ? [] : [validate])]
  if (found) return []
  return [...leavesOf(table, tables).flatMap((leaf) => keyStep(leaf, wanted, tables)), declare]
}

const declared = (table: Table, { name, columns, target, targetColumns, deferred }: WantedKey) =>
  `alter table ${qualified(table)} add constraint ${q(name)} foreign key (${columnList(columns)})\n` +
  `  references ${qualified(target)} (${columnList(targetColumns)})` +
  `${deferred ? ' on delete no action deferrable initially deferred' : ''}`
