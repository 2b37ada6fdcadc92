import type { Knex } from 'knex'
import { attemptsOf, type QueryAttempt } from './aim.js'
import type { ProbeOrders, ProbeTable } from './probe-queries.js'
import { READS, READS_OF_NUMBERS } from './reads.js'
import { CHOSEN_KEYS, hanging, WRITES, WRITES_OF_NUMBERS, WRITES_THAT_MAY_FAIL } from './writes.js'

/**
 * Returns what an attempt reached of the owner's rows; null if it reached none. Everything is rolled back.
 */
export async function reached(db: Knex, table: ProbeTable, attempt: QueryAttempt): Promise<string | null> {
  const trx = await db.transaction()
  try {
    return await attempt.reaches(trx, table)
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    // usertwo's own refusals have words as codes. A code of the database means that the query got as far as a
    // row.
    if (attempt.mayFail || !/^[0-9A-Z]{5}$/.test(code ?? '')) return null
    return `${code} ${message.split('\n')[0]?.slice(0, 120)}`
  } finally {
    await trx.rollback().catch(() => {})
  }
}

/** Returns every attempt that fits a table. */
export function attemptsOn(table: ProbeTable, orders: ProbeOrders): QueryAttempt[] {
  const ofNumbers = typeof table.theirs[table.key] === 'number'
  const surely = [
    ...(table.readable ? [] : [READS, ...(ofNumbers ? [READS_OF_NUMBERS] : [])]),
    WRITES,
    ...(ofNumbers ? [WRITES_OF_NUMBERS] : []),
  ]
  const perhaps = [WRITES_THAT_MAY_FAIL, ...(table.made ? [CHOSEN_KEYS] : []), ...table.parents.map(hanging)]
  return [
    ...(table.readable ? refusals(table) : []),
    ...surely.flatMap((list) => attemptsOf(list, table, orders)),
    ...perhaps.flatMap((list) => attemptsOf(list, table, orders, true)),
  ]
}

/**
 * Writes that name a row of the owner that all users read: each must be refused, and not only find nothing.
 */
function refusals({ name, key, theirs, refuses }: ProbeTable): QueryAttempt[] {
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
