import type { UserId } from '../../../core/context.js'
import { literal, q, quotedTable } from '../../../database/quoted.js'
import { sqlState } from '../../../database/sql-state.js'

/** Foreign keys; from PostgreSQL 18 those with RESTRICT have a state of their own. */
const REFERENCED = new Set(['23503', '23001'])

/** Runs one or more statements within a transaction. */
export type RunStatements = (sql: string) => Promise<unknown>

/**
 * Removes the rows of a user from tables that have an owner, children before parents: a table with rows that are still
 * referenced waits for the next round. The transaction is bound to the user afterwards.
 *
 * @param tables as the configuration names them
 * @throws Error when something else still references one of the rows; the transaction must be rolled back then
 */
export async function removeRowsOfUser(
  run: RunStatements,
  tables: readonly { name: string; owner: string }[],
  user: UserId,
): Promise<void> {
  let waiting = tables
  while (waiting.length > 0) {
    const again: (typeof tables)[number][] = []
    let why: unknown
    for (const one of waiting) {
      await run('savepoint usertwo_rows')
      try {
        await run(`select set_config('usertwo.user_id', ${literal(user)}, true)`)
        await run(`delete from ${quotedTable(one.name)} where ${q(one.owner)} = ${literal(user)}`)
        // A key that is checked at commit would let another user's row dangle until then.
        await run('set constraints all immediate; set constraints all deferred')
      } catch (error) {
        if (!REFERENCED.has(sqlState(error) ?? '')) throw error
        await run('rollback to usertwo_rows')
        why = error
        again.push(one)
      }
      await run('release usertwo_rows')
    }
    if (again.length === waiting.length)
      throw new Error(
        `Rows of user ${user} in ${again.map(({ name }) => name).join(', ')} are still pointed to. Remove what points to them first.`,
        { cause: why },
      )
    waiting = again
  }
}
