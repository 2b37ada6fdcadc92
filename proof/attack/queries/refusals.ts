import type { Knex } from 'knex'
import type { QueryAttempt } from './aim.js'
import type { ProbeTable } from './probe-queries.js'

/**
 * Writes that name a row of the owner that all users read: each must be refused, and not only find nothing.
 */
export function refusals({ name, key, theirs, refuses }: ProbeTable): QueryAttempt[] {
  if (!refuses) return []
  const id = theirs[key] as number | string
  const writes: Record<string, (db: Knex) => PromiseLike<number>> = {
    'a change': (db) =>
      db(name)
        .where(key, id)
        .update({ [key]: id }),
    'a deletion': (db) =>
      db(name)
        .where({ [key]: id })
        .delete(),
    'a deletion of a list': (db) => db(name).whereIn(`${name}.${key}`, [id]).delete(),
  }
  return Object.entries(writes).map(([what, write]) => ({
    name: `a row that all users read can be named in ${what} without a refusal`,
    reaches: (db) =>
      write(db).then(
        (rows) => `${rows} rows`,
        (error: { code?: string }) => (error.code === 'forbidden' ? null : String(error)),
      ) as Promise<string | null>,
  }))
}
