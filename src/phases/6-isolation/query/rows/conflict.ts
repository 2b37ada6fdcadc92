import { type Frame, nameIn } from '../frame.js'
import type { Single } from '../knex/knex-internals.js'
import type { Relation } from '../tables.js'

/** The argument of `onConflict(…)`, as knex keeps it: its columns, raw text, or `true` for none. */
type WithTarget = Single & { onConflict?: unknown }

/**
 * `ON CONFLICT (slug)` becomes `ON CONFLICT (slug, user_id)` where slugs are unique per user: the old target
 * no longer matches an index. Raw text stays as it is, and fails in the database.
 */
export function ownTarget(frame: Frame, single: WithTarget, table: Relation): void {
  const { onConflict } = single
  const given = typeof onConflict === 'string' ? [onConflict] : onConflict
  if (!Array.isArray(given) || !given.every((column) => typeof column === 'string')) return
  const names = new Set(given.map((column) => nameIn(frame, column).name))
  const perUser = frame.rules.perUserUniques?.(table.name) ?? []
  const matches = perUser.some(
    (columns) => columns.length === names.size && columns.every((column) => names.has(column)),
  )
  if (matches) single.onConflict = [...given, table.owner]
}
