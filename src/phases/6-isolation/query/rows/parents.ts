import { type Frame, nameIn, rawIn } from '../frame.js'
import { isQuery } from '../knex/knex-internals.js'
import type { Relation } from '../tables.js'
import { heldKey, madeKey } from './keys.js'
import { isOwnerLiteral } from './owner-literal.js'

type Row = Record<string, unknown>

/**
 * Makes a written reference to another user's row indistinguishable from one to a missing row. The value is read back
 * from the user's own parent rows; if there is none, it becomes an id that cannot exist, so that the app's own foreign
 * key answers. References to tables that all users read, and expressions, are left alone.
 */
export function ownParent(
  frame: Frame,
  table: Relation,
  column: string,
  value: unknown,
  batch: readonly (Row | null)[],
): unknown {
  if (value === undefined || value === null || isQuery(value)) return value
  const parent = frame.rules.parents?.(table.name)?.get(column)
  if (!parent) return value
  if (parent.table === frame.rules.usersTable && isOwnerLiteral(frame, value)) {
    frame.rules.onRewrite({ table: table.name, column })
    return frame.me
  }
  const owner = frame.rules.owned.get(parent.table)
  const access = frame.rules.access(parent.table)
  if (owner === undefined || (access !== 'private' && access !== 'self')) return value
  const made = madeKey(frame, table, parent.column)
  const isInBatch = parent.table === table.name && batchHas(frame, parent.column, value, batch)
  // A generated key stays as given in the batch only if it is being restored.
  if (isInBatch && !made) return value
  const held =
    isInBatch && made?.held ? [heldKey(frame, made, rawIn(frame, `(?)::${made.type}`, [value]))] : []
  const options = ['(select ?? from ?? where ?? = ? and ?? = ?)', ...held.map(() => '?'), '?']
  return rawIn(frame, `coalesce(${options.join(', ')})`, [
    ...[parent.column, parent.table, parent.column, value],
    ...[owner, frame.me, ...held, neverAnId(value)],
  ])
}

/** Whether the batch contains the parent: rows of a tree inserted in one statement do not see each other yet. */
function batchHas(frame: Frame, column: string, value: unknown, batch: readonly (Row | null)[]): boolean {
  return batch.some((row) =>
    Object.keys(row ?? {}).some(
      (key) => nameIn(frame, key).name === column && String(row![key]) === String(value),
    ),
  )
}

/** A text is a control character: an empty one may be the key of a row, and a long one may not fit. */
function neverAnId(value: unknown): string {
  if (/^-?\d+$/.test(String(value))) return '-2147483648'
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(String(value))
    ? '00000000-0000-0000-0000-000000000000'
    : '\u0001'
}
