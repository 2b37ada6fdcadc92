import { ADDED, type Table } from '../../src/database/catalog.js'
import { aliasOf, eachNode, fieldsOf, type PgNode, textIn } from './syntax-tree.js'

/** A name that stands for a row with an added column. */
export interface ShownRow {
  /** the table that has the column */
  table: Table
  /** it is a row of that table; otherwise of a query that takes the column along */
  isTable: boolean
}

type Range = { RangeVar?: PgNode; RangeSubselect?: PgNode; JoinExpr?: PgNode }

/** Returns the column that usertwo adds; null: the table has none, or its own. */
export const addedTo = ({ columns }: Table) =>
  columns.find(({ comment }) => comment?.startsWith(ADDED))?.name ?? null

/** Which names of a statement, and which of its queries, give the column that usertwo adds to a table. */
export function wholeRowsIn(tree: PgNode, tableOf: (range: PgNode) => Table | null) {
  const named = new Map<string, Table | null>()
  const rowOfRange = ({ RangeVar: range, RangeSubselect: query }: Range): ShownRow | null => {
    if (query) return ofQuery(by(query.subquery))
    if (!range) return null
    const name = String(range.relname)
    if (range.schemaname === undefined && named.has(name)) return ofQuery(named.get(name)!)
    const table = tableOf(range)
    return table && addedTo(table) !== null ? { table, isTable: true } : null
  }
  /** The table whose added column a query gives by a `*`. */
  const by = (query: unknown): Table | null => {
    const [node] = Object.values((query ?? {}) as Record<string, PgNode>)
    if (!node) return null
    for (const side of [node.larg, node.rarg]) {
      const table = side ? by({ SelectStmt: side as PgNode }) : null
      if (table) return table
    }
    const ranges = rangesIn(node.fromClause ?? (node.relation ? [{ RangeVar: node.relation }] : []))
    for (const target of (node.returningList ?? node.targetList ?? []) as { ResTarget?: PgNode }[]) {
      const fields = fieldsOf(target.ResTarget?.val)
      if (!fields.some((field) => 'A_Star' in field)) continue
      const name = textIn(fields[0])
      const meant = ranges.filter((range) => name === null || nameOfRange(range) === name)
      const row = meant.map(rowOfRange).find((one) => one !== null)
      if (row) return row.table
    }
    return null
  }
  eachNode(tree, /^CommonTableExpr$/, (_, { ctename }) => named.set(String(ctename), null))
  eachNode(tree, /^CommonTableExpr$/, (_, { ctename, ctequery }) => named.set(String(ctename), by(ctequery)))

  const [rows, taken] = [new Map<string, ShownRow | null>(), new Set<string>()]
  // An outer name hides an inner one.
  const know = (range: Range) => {
    const name = nameOfRange(range)
    if (!rows.has(name)) rows.set(name, rowOfRange(range))
  }
  eachNode(tree, /^(?:RangeVar|relation|RangeSubselect)$/, (kind, range) => {
    const table = kind === 'RangeSubselect' ? null : tableOf(range)
    for (const { name } of table?.columns ?? []) taken.add(name)
    know(kind === 'RangeSubselect' ? { RangeSubselect: range } : { RangeVar: range })
  })
  return {
    /** @param name of a row, and not of a column */
    of: (name: string | null) => (name === null || taken.has(name) ? null : (rows.get(name) ?? null)),
    by,
  }
}

const ofQuery = (table: Table | null) => table && { table, isTable: false }

const nameOfRange = ({ RangeVar: range, RangeSubselect: query }: Range) => aliasOf(range ?? query ?? {})

/** Joins taken apart. */
const rangesIn = (from: unknown): Range[] =>
  (from as Range[]).flatMap((range) =>
    range.JoinExpr ? rangesIn([range.JoinExpr.larg, range.JoinExpr.rarg]) : [range],
  )
