import type { Table } from '../../../../database/catalog.js'
import { isKey } from './is-key.js'
import { isMadeForEach } from './made-keys.js'

/** A unique over values that users choose, to which foreign keys point: it stays one for all users. */
interface PointedAt {
  index: string
  /** `note_tags.note_tags_tag_fkey` */
  by: string[]
}

/**
 * Returns those of a table. An id, also one that the app makes, is not chosen by users.
 *
 * @param chosen the columns that requests choose, ids too
 */
export function chosenAndPointedAt(
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
    const by = all.flatMap((child) =>
      child.foreignKeys
        .filter(({ target }) => target.id === table.id && isKey(columns, target.columns))
        .map((key) => `${child.name}.${key.name}`),
    )
    return by.length > 0 ? [{ index: name, by }] : []
  })
}

/** What this means for other users, and how the schema can be changed. */
export const pointedAtProblem = ({ index, by }: PointedAt) => ({
  what: `${index} holds for all users, because ${by.join(', ')} ${by.length > 1 ? 'point' : 'points'} to it: another user who chooses a value that you have is refused (23505), and learns that it exists`,
  fix: 'give the table a key that the database makes (id), let the foreign key point to that, and name the unique in tables.X.unique',
})
