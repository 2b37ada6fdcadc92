import { isBookkeeping } from '../../../src/database/bookkeeping.js'
import type { Catalog, Column, Table } from '../../../src/database/catalog.js'
import { columnList, literal, qualified } from '../../../src/database/quoted.js'
import { tablesParentsFirst } from './parents-first.js'

/** How many example rows each empty table gets for the owner. */
const ROWS = 3
const WORDS = ['first', 'second', 'third']

export interface KnownRows {
  /** labels of each enum type */
  enums: ReadonlyMap<string, string[]>
  /** rows of each table, by `schema.name` */
  counts: ReadonlyMap<string, number>
  /** keys that are there already, by `schema.name` */
  keys: ReadonlyMap<string, string[]>
  owner: { table: string; column: string; id: number | string }
}

/** SQL that gives each empty table some rows of the owner's, parents first. Empty: all have some. */
export function rowsFor(
  catalog: Catalog,
  known: KnownRows,
  ownerColumns: ReadonlyMap<string, string>,
): string {
  const tables = tablesParentsFirst(
    catalog.tables.filter((table) => !isBookkeeping(table) && table.parents.length === 0),
  )
  const keys = new Map(known.keys)
  const statements: string[] = []
  for (const table of tables) {
    if (known.counts.get(table.id)) continue
    const isPeople = table.id === known.owner.table
    const rows = Array.from({ length: isPeople ? 1 : ROWS }, (_, at) =>
      rowOf(table, at, known, keys, ownerColumns, isPeople),
    )
    const columns = [...rows[0]!.keys()]
    keys.set(
      table.id,
      rows.map((row, at) => row.get(table.primaryKey[0] ?? '') ?? String(at + 1)),
    )
    if (columns.length === 0) {
      for (const _ of rows) statements.push(`insert into ${qualified(table)} default values;`)
      continue
    }
    const values = rows.map((row) => `  (${columns.map((name) => row.get(name)).join(', ')})`)
    const overriding = columns.some(
      (name) => table.columns.find((one) => one.name === name)?.identity === 'always',
    )
      ? ' overriding system value'
      : ''
    statements.push(
      `insert into ${qualified(table)} (${columnList(columns)})${overriding} values\n${values.join(',\n')};`,
    )
  }
  return statements.join('\n')
}

/** Each column that is not filled by itself, with its value as SQL. */
function rowOf(
  table: Table,
  at: number,
  known: KnownRows,
  keys: ReadonlyMap<string, string[]>,
  owners: ReadonlyMap<string, string>,
  isPeople: boolean,
): Map<string, string> {
  const row = new Map<string, string>()
  for (const column of table.columns) {
    if (column.generated) continue
    const isKey = table.primaryKey.length === 1 && table.primaryKey[0] === column.name
    const parent = table.foreignKeys.find(
      ({ columns }) => columns.length === 1 && columns[0] === column.name,
    )?.target
    const isOwner = owners.get(table.id) === column.name
    if (isPeople && column.name === known.owner.column) {
      // A sequence goes on behind it.
      if (!/nextval/.test(column.default ?? '') && !column.identity)
        row.set(column.name, literal(known.owner.id))
      continue
    }
    if (isOwner) row.set(column.name, literal(known.owner.id))
    else if (parent && parent.id !== table.id) {
      const there = keys.get(parent.id) ?? []
      if (there.length) row.set(column.name, there[at % there.length]!)
    } else if (isKey && (column.type === 'uuid' || (column.default === null && isText(column))))
      row.set(
        column.name,
        literal(`0000000${at + 1}-0000-4000-8000-${String(table.oid).padStart(12, '0').slice(-12)}`),
      )
    else if (column.identity || (column.default !== null && !worthAValue(column))) continue
    else if (parent) continue
    else row.set(column.name, made(column, table, at, known))
  }
  return row
}

/** A key of text is chosen by the app, and appears in paths. */
const isText = ({ type }: Column) => /^(?:text|character varying)/.test(type)

/** A text that is empty by default would not show who owns the row. */
const worthAValue = (column: Column) => isText(column) && /^''/.test(column.default ?? '')

function made({ name, type, baseType }: Column, table: Table, at: number, { enums }: KnownRows): string {
  const word = WORDS[at]!
  const allowed = enums.get(baseType.replace(/^public\./, '')) ?? allowedBy(name, table)
  if (allowed?.length) return literal(allowed[at % allowed.length]!)
  const room = Number(/\((\d+)/.exec(type)?.[1] ?? 200)
  if (/char|text|citext/.test(type)) return literal(textFor(name, table.name, word, at).slice(0, room))
  if (/^(?:smallint|integer|bigint|numeric|real|double)/.test(type)) return String(at + 1)
  // Rows that are done and rows that are not, so that a filtered list shows some; none is deleted.
  if (/^boolean/.test(type))
    return at % 2 === 1 && !/delet|archiv|hid|disab|bann/i.test(name) ? 'true' : 'false'
  if (/^date/.test(type)) return `'2026-01-0${at + 1}'`
  if (/^timestamp/.test(type)) return `'2026-01-0${at + 1} 12:00:00'`
  if (/^time/.test(type)) return `'1${at}:00:00'`
  if (/^interval/.test(type)) return "'1 hour'"
  if (/^uuid/.test(type)) return literal(`0000000${at + 1}-0000-4000-9000-000000000000`)
  if (/^jsonb?/.test(type)) return "'{}'"
  if (/^bytea/.test(type)) return "'\\x00'"
  if (/^inet/.test(type)) return "'192.0.2.1'"
  return /\[\]$/.test(type) ? "'{}'" : 'null'
}

function textFor(column: string, table: string, word: string, at: number): string {
  if (/e-?mail/i.test(column)) return `${word}@example.com`
  if (/ur[il]|link|href|image|photo|avatar/i.test(column)) return `https://example.com/${table}/${at + 1}`
  if (/phone|tel/i.test(column)) return `+1 555 010${at}`
  if (/pass|hash/i.test(column)) return 'none'
  if (/slug|code|key|token|username/i.test(column)) return `${word}-${column}`
  return `The ${word} ${column} of ${table}`
}

/** `check (status in ('open', 'done'))`. */
function allowedBy(column: string, { checks }: Table): string[] | null {
  const about = checks.find(({ definition }) => definition.includes(column) && /ANY|=/.test(definition))
  const texts = about?.definition.match(/'([^']*)'(?=::)/g)?.map((one) => one.slice(1, -1))
  return texts?.length ? texts : null
}
