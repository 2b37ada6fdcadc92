import { type Catalog, findTable, type Table } from '../../src/database/catalog.js'
import { q } from '../../src/database/quoted.js'
import type { TrialOutcome } from './attempts.js'
import { ownColumns, tableNamed } from './changes.js'
import type { AppFunction } from './functions.js'
import { aliasOf, eachNode, fieldsOf, lastNameIn, loadPgParser, type PgNode, textIn } from './syntax-tree.js'
import { addedTo } from './whole-rows.js'

/** One place of a statement, in bytes, with what is to be there. */
export interface Rewrite {
  from: number
  to: number
  text: string
}

/** A source of rows in a statement, with the name by which its columns are reached. */
interface RowSource {
  name: string
  table: Table
}

const STAR = /^(?:(?:"(?:[^"]|"")+"|[\w$]+)\s*\.\s*)?\*/
const NAME = /^(?:"(?:[^"]|"")+"|[\w$]+)(?:\s*\.\s*(?:"(?:[^"]|"")+"|[\w$]+))?/
const AMBIGUOUS = /column reference "(.+)" is ambiguous/
const PLAIN = /^[a-z_][a-z0-9_]*$/

/** The names that a function's body knows besides those of its statements. */
export interface BodyNames {
  /** variables that are a row of a table, `new` and `old` among them, with the name of the table */
  rows: ReadonlyMap<string, string>
}

/**
 * Returns what is to be replaced in a statement for the new schema: with the columns in place of `*`, with the columns of an
 * insert, and with the table in front of a column that is no longer unique. Only the syntax is known: try it before you
 * give it.
 *
 * @param catalog of the new schema
 * @param body of the function that it is a part of, whose names may be those of columns: the table stands in front of each
 * @param reserved words that are names only in quotes
 * @returns empty if nothing of it can be replaced
 */
export async function repairsOf(
  text: string,
  { message }: NonNullable<TrialOutcome>,
  catalog: Catalog,
  body: BodyNames | null,
  reserved: ReadonlySet<string>,
): Promise<Rewrite[]> {
  const tree = await loadPgParser()
    .parse(text)
    .catch(() => null)
  if (!tree) return []
  const made = new Set<string>()
  eachNode(tree, /^CommonTableExpr$/, (_, { ctename }) => made.add(String(ctename)))
  const known: KnownStatement = {
    bytes: Buffer.from(text),
    tableOf: (range) => tableNamed(range, catalog, made),
    isBody: body !== null,
    rowOf: (name) => {
      const table = body?.rows.get(name)
      return table === undefined ? null : findTable(catalog, table)
    },
    written: (name) => (PLAIN.test(name) && !reserved.has(name) ? name : q(name)),
  }
  const ambiguous = AMBIGUOUS.exec(message)?.[1]
  return ambiguous === undefined ? columnsOf(tree, known, catalog) : prefixes(tree, ambiguous, known)
}

/** @param at where the statement begins in the text, in bytes */
export function withReplacements(text: string, edits: readonly Rewrite[], at = 0): string {
  return [...edits]
    .sort((a, b) => b.from - a.from)
    .reduce(
      (bytes, { from, to, text: more }) =>
        Buffer.concat([bytes.subarray(0, at + from), Buffer.from(more), bytes.subarray(at + to)]),
      Buffer.from(text),
    )
    .toString()
}

interface KnownStatement {
  bytes: Buffer
  tableOf(range: PgNode): Table | null
  isBody: boolean
  /** the table whose row a variable is */
  rowOf(name: string): Table | null
  /** a name, quoted if it must be */
  written(name: string): string
}

function columnsOf(tree: PgNode, known: KnownStatement, catalog: Catalog): Rewrite[] {
  const edits: Rewrite[] = []
  const replaced = new Set<unknown>()
  // The two sides of a union are selects without that name.
  eachNode(tree, /^(?:SelectStmt|larg|rarg|DeleteStmt|UpdateStmt|InsertStmt)$/, (kind, node) => {
    const isSelect = !/^(?:Del|Up|Ins)/.test(kind)
    const from = isSelect ? node.fromClause : [{ RangeVar: node.relation }]
    const sources = sourcesIn(from, known, catalog)
    const stars = [
      ...starsIn(isSelect ? node.targetList : node.returningList, sources, known),
      ...starsIn(valuesIn(node), [], known),
    ]
    edits.push(...stars)
    if (stars.length) replaced.add(node)
  })
  if (edits.length === 0) return []
  eachNode(tree, /^InsertStmt$/, (_, insert) => {
    const target = known.tableOf(insert.relation as PgNode)
    const select = (insert.selectStmt as { SelectStmt?: PgNode } | undefined)?.SelectStmt
    if (!target || insert.cols || !select || !replaced.has(select)) return
    const count = given(select, known, catalog)
    const names = ownColumns(target).slice(0, count ?? 0)
    if (names.length === 0 || names.length !== count) return
    const at = Number((insert.relation as PgNode).location ?? 0)
    const end = at + (NAME.exec(after(known, at))?.[0].length ?? 0)
    edits.push({ from: end, to: end, text: ` (${names.map(known.written).join(', ')})` })
  })
  return edits
}

/** Returns the values of `values (new.*, now())` as if they were selected; empty if there are several rows. */
function valuesIn({ valuesLists }: PgNode): { ResTarget: PgNode }[] {
  const [row, ...more] = (valuesLists ?? []) as { List?: { items?: PgNode[] } }[]
  if (more.length > 0) return []
  return (row?.List?.items ?? []).map((val) => {
    const { ColumnRef } = val as { ColumnRef?: PgNode }
    return { ResTarget: { val, location: ColumnRef?.location } }
  })
}

const after = ({ bytes }: KnownStatement, at: number) => bytes.subarray(at).toString()

/** Returns where the rows of a statement come from; null for a part whose columns are not known. */
function sourcesIn(from: unknown, { tableOf }: KnownStatement, catalog: Catalog): (RowSource | null)[] {
  return ((from ?? []) as PgNode[]).flatMap((part): (RowSource | null)[] => {
    const { RangeVar, JoinExpr, RangeFunction } = part as Record<string, PgNode | undefined>
    if (RangeVar) {
      const table = tableOf(RangeVar)
      return [table && { name: aliasOf(RangeVar), table }]
    }
    if (JoinExpr)
      return JoinExpr.isNatural || JoinExpr.usingClause
        ? [null]
        : sourcesIn([JoinExpr.larg, JoinExpr.rarg], { tableOf } as KnownStatement, catalog)
    return [RangeFunction ? populated(RangeFunction, catalog) : null]
  })
}

/** `jsonb_populate_record(null::notes, …)` gives the columns of notes. */
function populated(range: PgNode, catalog: Catalog): RowSource | null {
  let found: RowSource | null = null
  eachNode(range, /^FuncCall$/, (_, { funcname, args }) => {
    const name = lastNameIn(funcname)
    const type = ((args ?? []) as { TypeCast?: PgNode }[])[0]?.TypeCast?.typeName as PgNode | undefined
    const table =
      /_populate_record(?:set)?$/.test(name) && type ? findTable(catalog, lastNameIn(type.names)) : null
    if (table) found = { name: String((range.alias as PgNode | undefined)?.aliasname ?? name), table }
  })
  return found
}

function starsIn(targets: unknown, sources: readonly (RowSource | null)[], known: KnownStatement): Rewrite[] {
  return ((targets ?? []) as { ResTarget?: PgNode }[]).flatMap((target): Rewrite[] => {
    const fields = fieldsOf(target.ResTarget?.val)
    if (!('A_Star' in (fields.at(-1) ?? {}))) return []
    const name = textIn(fields[0])
    const meant = meantBy(name, sources, known)
    if (meant.length === 0 || meant.some((one) => one === null)) return []
    const tables = meant as RowSource[]
    if (!tables.some(({ table }) => addedTo(table) !== null)) return []
    const from = Number(target.ResTarget?.location ?? 0)
    const length = STAR.exec(after(known, from))?.[0].length
    if (!length) return []
    const prefixed = name !== null || tables.length > 1 || known.isBody
    const columns = tables.flatMap(({ name: of, table }) =>
      ownColumns(table).map((column) => `${prefixed ? `${known.written(of)}.` : ''}${known.written(column)}`),
    )
    return [{ from, to: from + length, text: columns.join(', ') }]
  })
}

/** Returns the sources of rows that a star stands for; a variable that is a row is one by itself. */
function meantBy(
  name: string | null,
  sources: readonly (RowSource | null)[],
  known: KnownStatement,
): (RowSource | null)[] {
  const meant = sources.filter((one) => name === null || one?.name === name)
  if (meant.length > 0 || name === null) return meant
  const table = known.rowOf(name)
  return table ? [{ name, table }] : []
}

/** Returns how many columns a query gives once its stars are replaced; null: the syntax does not tell. */
function given(select: PgNode, known: KnownStatement, catalog: Catalog): number | null {
  const sources = sourcesIn(select.fromClause, known, catalog)
  let count = 0
  const targets = [...((select.targetList ?? []) as { ResTarget?: PgNode }[]), ...valuesIn(select)]
  for (const target of targets) {
    const fields = fieldsOf(target.ResTarget?.val)
    if (!('A_Star' in (fields.at(-1) ?? {}))) {
      count += 1
      continue
    }
    const name = textIn(fields[0])
    for (const one of meantBy(name, sources, known)) {
      if (!one) return null
      count += ownColumns(one.table).length
    }
  }
  return count
}

/** Puts the only table that has had the column until now in front of it. */
function prefixes(tree: PgNode, column: string, known: KnownStatement): Rewrite[] {
  const sources = new Map<string, Table>()
  eachNode(tree, /^RangeVar$/, (_, range) => {
    const table = known.tableOf(range)
    if (table) sources.set(aliasOf(range), table)
  })
  const own = [...sources].filter(([, table]) => ownColumns(table).includes(column))
  if (own.length !== 1) return []
  const edits: Rewrite[] = []
  eachNode(tree, /^ColumnRef$/, (_, { fields, location }) => {
    const [first, ...more] = fields as PgNode[]
    const at = Number(location ?? 0)
    if (more.length === 0 && textIn(first) === column)
      edits.push({ from: at, to: at, text: `${known.written(own[0]![0])}.` })
  })
  return edits
}

/** A function of the app as it is to be written for the new schema. */
export interface MendedFunction {
  /** `archive_notes(integer)` */
  name: string
  /** the statement that makes it as it is */
  before: string
  /** the statement that makes it as it is to be */
  definition: string
}

/** What is to be replaced in one statement of a function. */
export interface BodyRepair {
  of: AppFunction
  text: string
  edits: readonly Rewrite[]
}

/** Puts the repairs of their statements into the functions. */
export function mendedFunctions(repairs: readonly BodyRepair[]): MendedFunction[] {
  const byText = new Map<string, BodyRepair>()
  for (const one of repairs) {
    const key = `${one.of.name} ${one.text}`
    const edits = [...(byText.get(key)?.edits ?? []), ...one.edits]
    byText.set(key, { ...one, edits: [...new Map(edits.map((edit) => [edit.from, edit])).values()] })
  }
  const mended = new Map<string, MendedFunction>()
  for (const { of, text, edits } of byText.values()) {
    const { name, definition: before } = of
    const definition = inside(mended.get(name)?.definition ?? before, text, edits)
    if (definition !== null) mended.set(name, { name, before, definition })
  }
  return [...mended.values()]
}

/** Returns the definition with the edits wherever the statement is; null if it is not found there. */
function inside(definition: string, text: string, edits: readonly Rewrite[]): string | null {
  const places = [...definition.matchAll(asWritten(text))].map(({ index }) => index)
  if (places.length === 0) return null
  return places.reduceRight(
    (now, at) => withReplacements(now, edits, Buffer.byteLength(now.slice(0, at))),
    definition,
  )
}

/** The parser puts as many spaces in the place of `into x`. */
const asWritten = (text: string) =>
  new RegExp(
    text.replace(/ {2,}|[.*+?^${}()|[\]\\]/g, (part) =>
      part.startsWith(' ') ? `[\\s\\S]{${part.length}}` : `\\${part}`,
    ),
    'g',
  )
