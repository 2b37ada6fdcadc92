import { ADDED, type Catalog, findTable, type Table } from '../../src/database/catalog.js'
import { q } from '../../src/database/quoted.js'
import type { Rewrite } from './repair.js'
import { aliasOf, eachNode, fieldsOf, lastNameIn, loadPgParser, type PgNode, textIn } from './syntax-tree.js'
import { addedTo, type ShownRow, wholeRowsIn } from './whole-rows.js'

/** What a statement does on the new schema besides what it did on the old one. */
export interface MeaningChange {
  what: string
  fix: string
  /** it only shows the owner column to the reader of the row */
  isShown: boolean
  /** what is to be replaced so that it does not show it; empty for another change, or if the place is not known */
  edits?: Rewrite[] | undefined
}

/** Functions that give the reader a whole row, with every column. */
const SHOWS_ROWS = /json|xml|^(?:array_agg|hstore|concat|concat_ws|format|string_agg)$/
const WHOLE_ROW = /^("(?:[^"]|"")+"|[\w$]+)(?:\s*\.\s*\*)?/
const PLAIN = /^[a-z_][a-z0-9_]*$/
const TEXTS = /^(?:text|varchar|json|jsonb)$/

/**
 * Finds what changes its meaning where owner columns are appended, by the syntax alone: these statements do not fail.
 *
 * @param catalog of the new schema
 * @param rowsOf the table whose rows a trigger function knows as `new` and `old`, quoted
 * @returns empty also for a text that is not a whole statement
 */
export async function meaningChanges(
  text: string,
  catalog: Catalog,
  rowsOf?: string,
): Promise<MeaningChange[]> {
  const tree = await loadPgParser()
    .parse(withoutTarget(text))
    .catch(() => null)
  if (!tree) return []
  const found: MeaningChange[] = []
  const made = new Set<string>()
  eachNode(tree, /^CommonTableExpr$/, (_, { ctename }) => made.add(String(ctename)))
  const tableOf = (range: PgNode) => tableNamed(range, catalog, made)
  const rowIn = wholeRowsIn(tree, tableOf)
  const written = rowsOf === undefined ? null : findTable(catalog, rowsOf.replaceAll('"', ''))
  const shown = (node: unknown) => {
    const name = wholeRow(node)
    const isWritten = written !== null && /^(?:new|old)$/.test(name ?? '') && addedTo(written) !== null
    const row = isWritten ? { table: written, isTable: true } : rowIn.of(name)
    if (row) found.push(showing(row, text, node))
  }
  eachNode(tree, /^(?:FuncCall|TypeCast|JoinExpr|InsertStmt|CopyStmt)$/, (kind, node) => {
    if (kind === 'FuncCall' && SHOWS_ROWS.test(lastNameIn(node.funcname)))
      for (const given of (node.args ?? []) as unknown[]) shown(given)
    if (kind === 'TypeCast' && TEXTS.test(lastNameIn((node.typeName as PgNode | undefined)?.names)))
      shown(node.arg)
    if (kind === 'JoinExpr' && node.isNatural) found.push(...naturalJoin(node, tableOf))
    if (kind === 'InsertStmt') found.push(...widerTarget(node, tableOf))
    if (kind === 'CopyStmt' && node.relation) found.push(...copied(node, tableOf(node.relation as PgNode)))
    if (kind === 'CopyStmt' && node.query) found.push(...copiedRows(rowIn.by(node.query)))
  })
  const merged = new Map<string, MeaningChange>()
  for (const one of found) {
    const edits = [...(merged.get(one.what)?.edits ?? []), ...(one.edits ?? [])]
    merged.set(one.what, { ...one, edits })
  }
  return [...merged.values()]
}

/** PL/pgSQL: `name := (select …)` is the statement `select (select …)`. */
const withoutTarget = (text: string) => text.replace(/^\s*[\w.]+\s*:=/, 'select ')

export function tableNamed(range: PgNode, catalog: Catalog, made: ReadonlySet<string>): Table | null {
  const { relname, schemaname } = range
  if (relname === undefined || (schemaname === undefined && made.has(String(relname)))) return null
  return findTable(catalog, schemaname === undefined ? String(relname) : `${schemaname}.${relname}`)
}

/** Returns the name in `n` and `n.*`; null for any other expression. */
function wholeRow(node: unknown): string | null {
  const [first, second, ...more] = fieldsOf(node)
  return more.length || (second && !('A_Star' in second)) ? null : textIn(first)
}

function showing({ table, isTable }: ShownRow, text: string, node: unknown): MeaningChange {
  const { fields, location } = (node as { ColumnRef: PgNode }).ColumnRef
  const from = Number(location ?? 0)
  const written = WHOLE_ROW.exec(Buffer.from(text).subarray(from).toString())
  const name = textIn((fields as PgNode[])[0])
  // Before a text that stands for another one, places are others.
  const isThere =
    isTable && written !== null && name !== null && written[1]!.replaceAll('"', '').toLowerCase() === name
  const columns = ownColumns(table).map(
    (column) => `${written?.[1]}.${PLAIN.test(column) ? column : q(column)}`,
  )
  return {
    what: `${addedTo(table)} of ${table.name} is in the row that it gives as a whole`,
    fix: 'name the columns if the reader is not to see it',
    isShown: true,
    ...(isThere && {
      edits: [
        {
          from,
          to: from + Buffer.byteLength(written[0]),
          text: `(select r from (select ${columns.join(', ')}) r)`,
        },
      ],
    }),
  }
}

function naturalJoin({ larg, rarg }: PgNode, tableOf: (range: PgNode) => Table | null): MeaningChange[] {
  const tablesIn = (side: unknown) => {
    const found: Table[] = []
    eachNode([side], /^RangeVar$/, (_, range) => {
      const table = tableOf(range)
      if (table) found.push(table)
    })
    return found
  }
  const between = (side: Table[], other: Table[]) =>
    side.flatMap((table): MeaningChange[] => {
      const column = addedTo(table)
      // Where both are added, both are the caller's.
      const own = other.find(
        ({ columns }) =>
          columns.some(({ name }) => name === column) && !other.some((one) => addedTo(one) === column),
      )
      return column === null || !own
        ? []
        : [
            {
              what: `the natural join with ${own.name} joins by ${column} too`,
              fix: 'write the columns to join by: using (…)',
              isShown: false,
            },
          ]
    })
  const [left, right] = [tablesIn(larg), tablesIn(rarg)]
  return [...between(left, right), ...between(right, left)]
}

function copied({ is_from: isFrom, attlist }: PgNode, table: Table | null): MeaningChange[] {
  if (!table) return []
  const named = Array.isArray(attlist) ? attlist.map(({ String: name }) => String(name?.sval)) : []
  const made = new Set(table.columns.filter(({ generated }) => generated).map(({ name }) => name))
  // A file has no generated columns, and no insert may name one.
  const columns = (named.length ? named : ownColumns(table).filter((name) => !made.has(name))).join(', ')
  if (isFrom && table.rowSecurity)
    return [
      {
        what: 'it fails: PostgreSQL copies into no table with row-level security (0A000)',
        fix: `copy into a temporary table of the transaction (create temporary table … on commit drop), and insert into ${table.name} (${columns}) from that`,
        isShown: false,
      },
    ]
  const column = addedTo(table)
  if (column === null || attlist) return []
  return [
    {
      what: `a line of the file has ${column} at its end`,
      fix: `write the columns: copy ${table.name} (${columns})`,
      isShown: false,
    },
  ]
}

const copiedRows = (table: Table | null): MeaningChange[] =>
  table
    ? [
        {
          what: `a line of the file has ${addedTo(table)} of ${table.name}`,
          fix: `write the columns in place of *: ${ownColumns(table).join(', ')}`,
          isShown: false,
        },
      ]
    : []

export const ownColumns = ({ columns }: Table) =>
  columns.filter(({ comment }) => !comment?.startsWith(ADDED)).map(({ name }) => name)

/** `insert into wide select * from notes`, where the added column goes into a column that was left out until then. */
function widerTarget(insert: PgNode, tableOf: (range: PgNode) => Table | null): MeaningChange[] {
  const target = tableOf(insert.relation as PgNode)
  const select = (insert.selectStmt as { SelectStmt?: PgNode } | undefined)?.SelectStmt
  if (!target || insert.cols || !select) return []
  const given = columnsGiven(select, tableOf)
  return (given ?? []).flatMap((table, at): MeaningChange[] => {
    const into = target.columns[at]
    if (!table || !into || into.comment?.startsWith(ADDED)) return []
    return [
      {
        what: `${addedTo(table)} of ${table.name} goes into ${into.name} of ${target.name}`,
        fix: `write the columns: insert into ${target.name} (…) select ${ownColumns(table).join(', ')}`,
        isShown: false,
      },
    ]
  })
}

/**
 * Returns for each column that a query gives the table whose added column it is, null for any other; null as a whole if the
 * syntax does not tell how many there are.
 */
function columnsGiven(
  { targetList, fromClause }: PgNode,
  tableOf: (range: PgNode) => Table | null,
): (Table | null)[] | null {
  const from = (fromClause ?? []) as { RangeVar?: PgNode }[]
  const tables = from.map(({ RangeVar: range }) => (range ? tableOf(range) : null))
  const given: (Table | null)[] = []
  for (const target of (targetList ?? []) as { ResTarget?: PgNode }[]) {
    const fields = fieldsOf(target.ResTarget?.val)
    if (!fields.some((field) => 'A_Star' in field)) {
      given.push(null)
      continue
    }
    const name = textIn(fields[0])
    const meant = tables.filter((_, at) => name === null || aliasOf(from[at]!.RangeVar ?? {}) === name)
    if (meant.length === 0) return null
    for (const table of meant) {
      if (!table) return null
      given.push(...table.columns.map(({ comment }) => (comment?.startsWith(ADDED) ? table : null)))
    }
  }
  return given
}
