import type pg from 'pg'
import { isBookkeeping } from '../../../src/database/bookkeeping.js'
import type { Catalog, Column, Table } from '../../../src/database/catalog.js'
import { columnList, literal, qualified } from '../../../src/database/quoted.js'
import { withClient } from '../../../src/database/with-client.js'
import { isOneRow } from './columns.js'
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

/** Rows that were made up. */
export interface MadeRows {
  /** as SQL; empty: all tables have some */
  text: string
  /** the tables that stay empty, as `schema.name`, each with why the database refuses the rows made for it */
  refused: Map<string, string>
}

/**
 * Makes up rows of the owner's for each empty table, parents first, and tries them on a database as it is before them. What
 * a table refuses, by a rule over several rows, say, is left out, and nothing refers to it.
 * @param fresh another such database, asked for where a rule refuses at the end what each statement was allowed
 */
export async function rowsFor(
  catalog: Catalog,
  known: KnownRows,
  ownerColumns: ReadonlyMap<string, string>,
  url: string,
  fresh: () => Promise<{ url: string }>,
): Promise<MadeRows> {
  const whole = await triedOn(url, async (client) => {
    const made = await rowsAccepted(catalog, known, ownerColumns, accepting(client, ''))
    return (await refusalOf(client, CHECKED)) === null ? made : null
  })
  return (
    whole ??
    triedOn((await fresh()).url, (client) =>
      rowsAccepted(catalog, known, ownerColumns, accepting(client, CHECKED)),
    )
  )
}

/** Checks what is put off to the end of a transaction. */
const CHECKED = 'set constraints all immediate'

const triedOn = <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  withClient(url, 'init', async (client) => {
    await client.query('begin')
    return work(client).finally(() => client.query('rollback'))
  })

/** Says why a database refuses a statement, which has then changed nothing. Null: it has accepted it. */
async function refusalOf(client: pg.Client, text: string): Promise<string | null> {
  await client.query('savepoint made')
  try {
    await client.query(text)
    return null
  } catch (error) {
    await client.query('rollback to savepoint made')
    return (error as Error).message
  }
}

const accepting = (client: pg.Client, then: string) => (statements: readonly string[]) =>
  refusalOf(client, [...statements, then].join('\n'))

async function rowsAccepted(
  catalog: Catalog,
  known: KnownRows,
  ownerColumns: ReadonlyMap<string, string>,
  refusal: (statements: readonly string[]) => Promise<string | null>,
): Promise<MadeRows> {
  const tables = tablesParentsFirst(
    catalog.tables.filter((table) => !isBookkeeping(table) && table.parents.length === 0),
  )
  const keys = new Map(known.keys)
  const accepted: string[] = []
  const refused = new Map<string, string>()
  for (const table of tables) {
    if (known.counts.get(table.id)) continue
    const isPeople = table.id === known.owner.table
    const rows = Array.from({ length: isPeople || isOneRow(table) ? 1 : ROWS }, (_, at) =>
      rowOf(table, at, known, keys, ownerColumns, isPeople),
    )
    const statements = insertsOf(table, rows)
    const why = await refusal(statements)
    if (why !== null) {
      refused.set(table.id, why)
      continue
    }
    accepted.push(...statements)
    keys.set(
      table.id,
      rows.map((row, at) => row.get(table.primaryKey[0] ?? '') ?? String(at + 1)),
    )
  }
  return { text: accepted.join('\n'), refused }
}

function insertsOf(table: Table, rows: readonly Map<string, string>[]): string[] {
  const columns = [...rows[0]!.keys()]
  if (columns.length === 0) return rows.map(() => `insert into ${qualified(table)} default values;`)
  const values = rows.map((row) => `  (${columns.map((name) => row.get(name)).join(', ')})`)
  const overriding = columns.some(
    (name) => table.columns.find((one) => one.name === name)?.identity === 'always',
  )
    ? ' overriding system value'
    : ''
  return [
    `insert into ${qualified(table)} (${columnList(columns)})${overriding} values\n${values.join(',\n')};`,
  ]
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

/** A row with such a time, or such a mark, is left out of what an app shows. */
const GONE = /delet|archiv|remov|hid|disab|bann|trash|discard/i
/** Null until something has happened: `completed_at`, `readAt`. */
const DONE =
  /(?:^|_)(?:acknowledg|complet|finish|clos|read|sent|publish|resolv|cancel|paid|expir|revok|dismiss|end|us)(?:l?ed|e?s)?_(?:at|on)$/
const inSnakeCase = (name: string) => name.replace(/(?<=[a-z])[A-Z]/g, '_$&').toLowerCase()

function made(
  { name, type, baseType, nullable }: Column,
  table: Table,
  at: number,
  { enums }: KnownRows,
): string {
  const word = WORDS[at]!
  const allowed = enums.get(baseType.replace(/^public\./, '')) ?? allowedBy(name, table)
  if (allowed?.length) return literal(allowed[at % allowed.length]!)
  const room = Number(/\((\d+)/.exec(type)?.[1] ?? 200)
  if (/char|text|citext/.test(type)) return literal(textFor(name, table.name, word, at).slice(0, room))
  if (/^(?:smallint|integer|bigint|numeric|real|double)/.test(type)) return String(at + 1)
  // Rows that are done and rows that are not, so that a filtered list shows some; none is deleted.
  const isDone = at % 2 === 1 && !GONE.test(name)
  if (/^boolean/.test(type)) return isDone ? 'true' : 'false'
  if (
    /^(?:date|timestamp)/.test(type) &&
    nullable &&
    !isDone &&
    (GONE.test(name) || DONE.test(inSnakeCase(name)))
  )
    return 'null'
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
