import { MadeValues } from './made-values.js'
import type { Stored, StoredRow, StoredTable } from './stored.js'

/** What a replay has stored, table by table. */
export interface StoredByReplay {
  stored: readonly Stored[]
  /** when it began, by the clock of the database; milliseconds since 1970 */
  began: number
}

/** A row that one of two replays has stored and the other has not; null: the other has more rows. */
export interface StoredDifference {
  table: string
  expected: string | null
  got: string | null
}

/** A value in a line of evidence. Characters. */
const SHOWN = 120

/**
 * Compares what two replays of the same requests have stored, whatever the order of the rows. Values are equal, or both made
 * (`MadeValues`).
 *
 * @param isKnown whether a random key was there before, or is one that a request gives
 */
export function compareStored(
  tables: readonly StoredTable[],
  expected: StoredByReplay,
  got: StoredByReplay,
  isKnown: (text: string) => boolean,
): StoredDifference[] {
  const values = new MadeValues({ began: [expected.began, got.began], isKnown })
  const found: StoredDifference[] = []
  for (const [at, table] of tables.entries()) {
    const [was, now] = [expected.stored[at]!, got.stored[at]!]
    if (!was.rows || !now.rows) {
      if (was.count !== now.count)
        found.push({ table: table.name, expected: `${was.count} rows`, got: `${now.count} rows` })
      continue
    }
    const [missing, more] = unmatched(table, was.rows, now.rows, values)
    for (const row of missing) {
      const other = takeNearest(row, more)
      found.push({
        table: table.name,
        expected: shown(row, table, other),
        got: other && shown(other, table, row),
      })
    }
    for (const row of more) found.push({ table: table.name, expected: null, got: shown(row, table) })
  }
  return found
}

/** Returns the rows of each list that have no equal in the other one, and then none that is alike. */
function unmatched(
  { columns, counted }: StoredTable,
  a: readonly StoredRow[],
  b: readonly StoredRow[],
  values: MadeValues,
): [StoredRow[], StoredRow[]] {
  const pairsOf = (row: StoredRow, other: StoredRow) => {
    const all = row.map((value, at) => values.alike(value, other[at]!, counted.get(columns[at]!)))
    return all.includes(null) ? null : all.flatMap((pairs) => pairs!)
  }
  const [missing, more] = [without(a, b), without(b, a)]
  const lacking = new Set(missing)
  for (const row of a) if (!lacking.has(row)) values.learn(pairsOf(row, row) ?? [])
  const left: StoredRow[] = []
  for (const row of missing) {
    const at = more.findIndex((other) => pairsOf(row, other) !== null)
    if (at < 0) left.push(row)
    else values.learn(pairsOf(row, more.splice(at, 1)[0]!)!)
  }
  return [left, more]
}

/** What the first list has more than the second one. */
function without(all: readonly StoredRow[], others: readonly StoredRow[]): StoredRow[] {
  const left = new Map<string, number>()
  for (const one of others) left.set(JSON.stringify(one), (left.get(JSON.stringify(one)) ?? 0) + 1)
  return all.filter((one) => {
    const print = JSON.stringify(one)
    const count = left.get(print) ?? 0
    if (count > 0) left.set(print, count - 1)
    return count === 0
  })
}

/** Takes the row out of a list that has the most values of another one; null: none has any. */
function takeNearest(row: StoredRow, rows: StoredRow[]): StoredRow | null {
  const common = rows.map((one) => one.filter((value, at) => value === row[at]).length)
  const most = Math.max(0, ...common)
  return most === 0 ? null : rows.splice(common.indexOf(most), 1)[0]!
}

/** A row for evidence: what names it, and what differs from another one. */
function shown(row: StoredRow, { columns }: StoredTable, other?: StoredRow | null): string {
  const cells = row.flatMap((value, at) =>
    other && at > 0 && value === other[at]
      ? []
      : [`${columns[at]}: ${value === null ? 'null' : JSON.stringify(value.slice(0, SHOWN))}`],
  )
  return cells.join(', ')
}
