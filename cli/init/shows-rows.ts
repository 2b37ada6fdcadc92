import type { GateDatabase } from '../../proof/gate/gate.js'
import { quotedTable } from '../../src/database/quoted.js'
import type { Ownership } from './schema/owners.js'

/** Rows of a table that are looked at. */
const ROWS = 200
/** Shorter values are in many answers that show no row. */
const SHORTEST = 3
const WORDS = new Set(['true', 'false', 'null', 'none'])

/**
 * Tells whether a text shows a row, by the values in the app's tables. Such an answer is never proposed as
 * public, nor as the health check.
 */
export async function rowsShownBy(
  database: Pick<GateDatabase, 'sql'>,
  { users, tables }: Pick<Ownership, 'users' | 'tables'>,
): Promise<(body: string) => boolean> {
  const values = new Set<string>()
  for (const table of new Set([...(users.exists ? [users.table] : []), ...tables.map(({ name }) => name)])) {
    const rows = await database.sql<{ value: string }>(
      `select distinct v.value from (select to_jsonb(t) as row from ${quotedTable(table)} t limit ${ROWS}) r,
         jsonb_each_text(r.row) v where length(v.value) >= ${SHORTEST}`,
    )
    for (const { value } of rows) if (!WORDS.has(value)) values.add(value)
  }
  return (body) => [...values].some((value) => [value, JSON.stringify(value).slice(1, -1)].some(isIn(body)))
}

/** As a word of its own: `tea` is not in `steady`. */
function isIn(body: string) {
  return (value: string): boolean => {
    for (let at = body.indexOf(value); at !== -1; at = body.indexOf(value, at + 1))
      if (!/\w/.test(body[at - 1] ?? ' ') && !/\w/.test(body[at + value.length] ?? ' ')) return true
    return false
  }
}
