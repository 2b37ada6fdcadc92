import type { Table } from '../../../src/database/catalog.js'
import { isKey } from '../../../src/phases/6-isolation/schema/keys/is-key.js'
import { pointingKeys, whyKept } from '../../../src/phases/6-isolation/schema/keys/pointing-keys.js'
import type { Owned } from '../../../src/phases/6-isolation/schema/plan/ownership-plan.js'
import { isOneRow } from './columns.js'

/** A table whose rows each belong to one user. */
export interface Private {
  table: Table
  owner: string
  /** the columns that requests choose, whatever their names and defaults */
  chosen: ReadonlySet<string>
}

/** The tables with an owner column and their uniques per user, and all tables, which may point to them. */
export interface Planned {
  owned: readonly Owned[]
  app: readonly Table[]
}

/**
 * Plans the tables with the unique indexes over what people choose, a primary key such as `settings(key)` too: one user
 * would learn from them what another has, and could not have the same. A unique to which a foreign key points that cannot
 * include the owner is left out, and so are the uniques that depend on it.
 */
export function withUniques(
  tables: readonly Private[],
  people: Table | null,
  app: readonly Table[],
): Planned {
  const owned = tables.map((one): Owned => {
    const { table, owner } = one
    return { table, owner, access: 'private', column: null, unique: candidatesOf(one, app) }
  })
  for (let changed = true; changed; ) {
    changed = false
    for (const one of owned) {
      const left = one.unique!.filter((name) => {
        const { columns } = one.table.indexes.find((index) => index.name === name)!
        const isOwn = dependsOnParent(one.table, columns, people, owned)
        return !isOwn && whyKept(one, pointingKeys(one.table, columns, app), owned).length === 0
      })
      changed ||= left.length < one.unique!.length
      one.unique = left
    }
  }
  return { owned, app }
}

/** The uniques over values that no database counts and no parent gives. */
function candidatesOf({ table, owner, chosen }: Private, app: readonly Table[]): string[] {
  const column = (name: string | null) => table.columns.find((one) => one.name === name)
  const isGiven = (name: string | null) => chosen.has(name ?? '')
  const isCounted = (name: string | null) => {
    const one = column(name)
    return one !== undefined && ((one.default?.startsWith('nextval(') ?? false) || one.identity !== null)
  }
  const isMade = (name: string | null) => isCounted(name) || /uuid/.test(column(name)?.default ?? '')
  const refers = new Set(table.foreignKeys.flatMap((key) => key.columns))
  const isId = (name: string | null) => {
    const one = column(name)
    // The key of a parent is made there, if it is made: whether it stays one for all users is known of the parent.
    if (one === undefined || refers.has(one.name)) return false
    return one.default !== null || one.identity !== null || /id$/i.test(one.name)
  }
  return table.indexes
    .filter(({ unique, primary, columns }) => {
      if (!unique || columns.includes(owner) || columns.some((one) => isMade(one) && !isGiven(one)))
        return false
      if (!primary) return true
      const isPointedAt = pointingKeys(table, columns, app).length > 0
      if (isOneRow(table) && !isPointedAt) return true
      // A number that the database counts for its children is a reference, although an undo may give it again.
      if (isPointedAt && columns.some(isCounted)) return false
      return !columns.some((one) => isId(one) && !isGiven(one))
    })
    .map(({ name }) => name)
}

/** Whether a column references a row of a parent whose key stays one for all users: the row is the user's own then. */
function dependsOnParent(
  { foreignKeys }: Table,
  columns: readonly (string | null)[],
  people: Table | null,
  owned: readonly Owned[],
): boolean {
  return foreignKeys.some(({ target, columns: refers }) => {
    if (target.id === people?.id || !refers.some((one) => columns.includes(one))) return false
    const parent = owned.find(({ table }) => table.id === target.id)
    const isPerUser = parent?.table.indexes.some(
      (index) => isKey(index.columns, target.columns) && parent.unique?.includes(index.name),
    )
    return !isPerUser
  })
}
