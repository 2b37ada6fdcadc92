import type { Table } from '../../../../database/catalog.js'
import { isMadeForEach } from './made-keys.js'
import { type PointingKey, pointingKeys } from './pointing-keys.js'

/** A unique over values that users choose, which holds for all users, with the foreign keys that point to it. */
export interface PointedAt {
  index: string
  by: PointingKey[]
}

/**
 * Returns those of a table to which foreign keys point. An id, also one that the app makes, is not chosen by users.
 *
 * @param chosen the columns that requests choose, ids too
 */
export function chosenAndPointedAt(
  table: Table,
  owner: string,
  all: readonly Table[],
  chosen: ReadonlySet<string> = new Set(),
): PointedAt[] {
  return chosenForAll(table, owner, all, chosen).filter(({ by }) => by.length > 0)
}

/** Returns all of them. */
export function chosenForAll(
  table: Table,
  owner: string,
  all: readonly Table[],
  chosen: ReadonlySet<string> = new Set(),
): PointedAt[] {
  const isId = (name: string | null) =>
    table.columns.some(
      (column) =>
        column.name === name &&
        !chosen.has(column.name) &&
        (isMadeForEach(column) || column.baseType === 'uuid' || /(?:^|_|[a-z](?=I))id$/i.test(column.name)),
    )
  return table.indexes.flatMap(({ name, unique, columns }) => {
    if (!unique || columns.includes(owner) || columns.some(isId)) return []
    return [{ index: name, by: pointingKeys(table, columns, all) }]
  })
}

/**
 * What this means for other users, and how the schema can be changed.
 *
 * @param why what keeps the unique one for all users; empty: a contract makes it one per user
 */
export const pointedAtProblem = ({ index, by }: PointedAt, { name }: Table, why: readonly string[]) => ({
  what: `${index} holds for all users${by.length ? `, and ${by.map(({ child, key }) => `${child.name}.${key.name}`).join(', ')} ${by.length > 1 ? 'point' : 'points'} to it` : ''}: another user who chooses a value that you have is refused (23505), and learns that it exists`,
  fix: why.length
    ? `it stays so: ${why.join('; ')}`
    : `name it, tables.${name}.unique: ['${index}'], and run: usertwo migrate up --contract`,
})
