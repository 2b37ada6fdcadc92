import type { ForeignKey, Table } from '../../../../database/catalog.js'
import { columnList, literal, q, qualified } from '../../../../database/quoted.js'
import type { Owned } from '../plan/ownership-plan.js'
import { closedEdges, mayHangOnOthers, type ParentEdge } from '../plan/parents.js'
import { keepKey, keyBefore } from '../replaced.js'
import type { Step } from '../step.js'
import { isKey } from './is-key.js'
import { isMadeForEach } from './made-keys.js'
import { findKey, wantedKey } from './owner-keys.js'

/** A foreign key that points to a unique, and the table that has it. */
export interface PointingKey {
  child: Table
  key: ForeignKey
}

/** Returns the foreign keys that point to these columns of a table. */
export function pointingKeys(
  { id }: Table,
  columns: readonly (string | null)[],
  all: readonly Table[],
): PointingKey[] {
  return all.flatMap((child) =>
    child.foreignKeys
      .filter(({ target }) => target.id === id && isKey(columns, target.columns))
      .map((key) => ({ child, key })),
  )
}

/**
 * Returns why foreign keys cannot include the owner, each with what to do; empty if they can. A unique to which one of
 * these points stays one for all users.
 *
 * @param parent the table that they point to
 * @param owned the owned tables
 */
export function whyKept(parent: Owned, pointing: readonly PointingKey[], owned: readonly Owned[]): string[] {
  return pointing.flatMap(({ child, key }) => {
    const one = owned.find(({ table }) => table.id === child.id)
    const at = `${child.id}.${key.name}`
    if (!one)
      return [`${at} points to it, and ${child.id} has no owner column: name one, tables.${child.name}.owner`]
    const why = obstacleTo(parent, one, key)
    return why === null ? leakingUniques(one, key, owned) : [`${at} points to it, and ${why}`]
  })
}

function obstacleTo(parent: Owned, child: Owned, key: ForeignKey): string | null {
  const { columns, onDelete, onUpdate, setColumns, matchFull, declared } = key
  if (mayHangOnOthers(child, parent, columns))
    return `rows of every user may reference a row of ${parent.table.id}, which is readable: make it private, or set tables.${child.table.name}.via: '${columns[0]}'`
  if (columns.includes(child.owner)) return `includes ${child.owner}: take that column out of it`
  if (onUpdate.startsWith('set'))
    return `its on update ${onUpdate} would set the owner column too: make it on update cascade, or no action`
  if (setColumns === null)
    return `its on delete ${onDelete} would set the owner column too, because PostgreSQL before 15 cannot name columns there: make it on delete cascade, or no action, or upgrade PostgreSQL`
  const isNullable = (name: string) => child.table.columns.some((one) => one.name === name && one.nullable)
  if (matchFull && columns.length > 1 && columns.some(isNullable))
    return 'it is match full, which the owner column breaks where the other columns are null: make it match simple, or its columns not null'
  if (/\bNOT ENFORCED$/.test(declared)) return 'it is not enforced: drop it, or make it enforced'
  return null
}

/**
 * Names the uniques of a child that hold for all users and consist of values that its parent's users choose: a duplicate
 * would reveal another user's row. A value that the database makes, and a reference to a row of the user's own, keep users
 * apart.
 */
function leakingUniques(
  { table, owner, unique = [] }: Owned,
  key: ForeignKey,
  owned: readonly Owned[],
): string[] {
  const isMade = (name: string) => table.columns.some((one) => one.name === name && isMadeForEach(one))
  const apart = table.foreignKeys.flatMap(({ columns, target, name }) => {
    const parent = owned.find((one) => one.table.id === target.id)
    const child = owned.find((one) => one.table.id === table.id)
    const isOwn =
      parent &&
      child &&
      name !== key.name &&
      !columns.includes(owner) &&
      !mayHangOnOthers(child, parent, columns)
    const stays = parent?.table.indexes.some(
      (index) => index.unique && isKey(index.columns, target.columns) && !parent.unique?.includes(index.name),
    )
    return isOwn && stays ? [columns] : []
  })
  return table.indexes
    .filter(({ name, unique: isUnique, columns, definition }) => {
      if (!isUnique || columns.includes(owner) || unique.includes(name)) return false
      const names = (one: string) =>
        columns.includes(one) || (columns.includes(null) && definition.includes(one))
      return (
        key.columns.some(names) &&
        !columns.some((one) => one !== null && isMade(one)) &&
        !apart.some((all) => all.every((one) => columns.includes(one)))
      )
    })
    .map(
      ({ name }) =>
        `${table.id}: unique ${name} names ${key.columns.join(', ')} of ${key.name}, and would reveal another user's value: name it in tables.${table.name}.unique too`,
    )
}

/** What a contract does with the foreign keys that point to a unique. */
export interface KeySwap {
  /** before the unique goes: SQL */
  drop: string[]
  /** after it has gone: SQL */
  add: string[]
  /** afterwards, for itself */
  checked: Step[]
}

/**
 * Returns the SQL that gives foreign keys the owner, under their own names: `(tag)` → `(name)` becomes `(owner, tag)` →
 * `(owner, name)`, with the app's own actions. Each takes the place of the deferred key of usertwo next to it.
 */
export function swapOf(parent: Owned, pointing: readonly PointingKey[], owned: readonly Owned[]): KeySwap {
  const all = pointing.map(({ child, key }) => {
    const one = owned.find(({ table }) => table.id === child.id)!
    const edge: ParentEdge = { child: one, parent, columns: key.columns, target: key.target.columns }
    const own = closedEdges([edge]).map(wantedKey)
    const ours = own.map((wanted) => findKey(child, wanted)?.name ?? wanted.name)
    const at = qualified(child)
    const gone = [
      `drop constraint ${q(key.name)}`,
      ...ours.map((name) => `drop constraint if exists ${q(name)}`),
    ]
    return {
      drop: `alter table ${at} ${gone.join(', ')}`,
      add: [
        `alter table ${at} add constraint ${q(key.name)} ${withOwner(parent, one, key)}${child.kind === 'partitioned' ? '' : ' not valid'}`,
        `comment on constraint ${q(key.name)} on ${at} is ${literal(keepKey(key))}`,
      ],
      checked: checkedStep(child, key),
    }
  })
  return {
    drop: all.map(({ drop }) => drop),
    add: all.flatMap(({ add }) => add),
    checked: all.map(({ checked }) => checked),
  }
}

function withOwner(parent: Owned, child: Owned, key: ForeignKey): string {
  const { columns, target, onDelete, onUpdate, setColumns, deferrable, initiallyDeferred } = key
  const set = setColumns?.length ? ` (${columnList(setColumns)})` : ''
  return [
    `foreign key (${columnList([child.owner, ...columns])})`,
    `references ${qualified(parent.table)} (${columnList([parent.owner, ...target.columns])})`,
    `on update ${onUpdate} on delete ${onDelete}${set}`,
    ...(deferrable ? [`deferrable initially ${initiallyDeferred ? 'deferred' : 'immediate'}`] : []),
  ].join(' ')
}

/** The check of keys that a contract has given the owner, and that an interruption left unchecked. */
export function uncheckedSteps({ id }: Table, all: readonly Table[]): Step[] {
  return all.flatMap((child) =>
    child.foreignKeys
      .filter((key) => key.target.id === id && !key.validated && keyBefore(key.comment).made !== null)
      .map((key) => checkedStep(child, key)),
  )
}

const checkedStep = (child: Table, key: ForeignKey): Step => ({
  kind: 'contract',
  name: `${child.id}: ${key.name} with the owner, checked`,
  sql: `alter table ${qualified(child)} validate constraint ${q(key.name)}`,
  lock: 'share update exclusive, one scan',
  risk: 'reads the whole table; writes go on',
  transactional: true,
})
