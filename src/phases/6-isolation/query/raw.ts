import { quotedTable } from '../../../database/quoted.js'
import { normalisedSql } from '../usage/normalised-sql.js'
import { isRaw, type Raw } from './knex-internals.js'
import type { Name } from './names.js'
import type { Rules } from './policy.js'

const IDENTIFIER = String.raw`"(?:[^"]|"")+"|[A-Za-z_][\w$]*`
// Names only: `exists (select 1 from threads)` is no table with a list of columns.
const COLUMNS = String.raw`\s*(?:${IDENTIFIER})(?:\s*,\s*(?:${IDENTIFIER}))*\s*`
const TABLE = new RegExp(
  String.raw`^\s*(?:(${IDENTIFIER})\s*\.\s*)?(${IDENTIFIER})(?:\s+(?:as\s+)?(${IDENTIFIER}))?\s*(?:\((${COLUMNS})\))?\s*$`,
  'i',
)

/** `only threads` and `lateral f(x)` look like a name and an alias. */
const KEYWORD = /^(only|lateral|table|select|values|with)$/i

/** What knex itself writes for increment and decrement. */
const COUNTER = /^\?\? [+-] \?$/

/** `raw('threads as t')` or `raw('?? (??, ??)', ['threads', 'id', 'n'])`: text that is a table and no more. */
export interface RawTable extends Name {
  /** The column list behind the name of an INSERT's target. */
  columns: string[] | null
}

/** The table that raw text names if that is all it does, else null. */
export function rawTable(raw: Raw): RawTable | null {
  const found = TABLE.exec(withNames(raw) ?? '')
  if (!found?.[2] || KEYWORD.test(found[2])) return null
  const name = unquoted(found[2])
  const alias = found[3] ? unquoted(found[3]) : name
  const columns = found[4] === undefined ? null : found[4].split(',').map((column) => unquoted(column.trim()))
  return { name, alias, spelled: alias, qualifier: found[1] ? unquoted(found[1]) : null, columns }
}

/** The text with its `??` filled in; null when it has other bindings than names. */
function withNames(raw: Raw): string | null {
  const bindings = raw.bindings === undefined ? [] : raw.bindings
  if (!Array.isArray(bindings) || !bindings.every((binding) => typeof binding === 'string')) return null
  let used = 0
  const text = raw.sql.replace(/\?\??/g, (mark) =>
    mark === '??' ? quotedTable(bindings[used++] ?? '') : mark,
  )
  return used === bindings.length ? text : null
}

function unquoted(identifier: string): string {
  return identifier.startsWith('"') ? identifier.slice(1, -1).replaceAll('""', '"') : identifier.toLowerCase()
}

/**
 * Reports raw text in which an owned table or column is named. What it reads is the database's to bind. A bare
 * name is not reported: as a table it is scoped, as a column its literal is found.
 * @throws ScopeError raw_refused
 */
export function reportRaw(rules: Rules, kind: 'raw' | 'table' | 'join', raw: Raw): void {
  if (rawTable(raw) || !namesOwned(rules, raw)) return
  rules.refuseRaw(kind, raw)
  rules.onRaw({ kind, sql: normalisedSql(String(raw.sql)) })
}

/** Bindings may hold builders, whole connections behind them: only strings that stand for names are looked at. */
function namesOwned(rules: Rules, raw: Raw): boolean {
  const sql = String(raw.sql)
  if (COUNTER.test(sql)) return false
  const bindings =
    typeof raw.bindings === 'object' && raw.bindings !== null ? Object.values(raw.bindings) : []
  const names = /\?\?|:\w+:/.test(sql) ? bindings.filter((binding) => typeof binding === 'string') : []
  return [sql, ...names].some((text) => rules.named.test(text))
}

/** The one value a raw value is: `raw('1')`, `raw('?', [1])`; undefined when it is more than that. */
export function rawValue(value: unknown): unknown {
  if (!isRaw(value)) return undefined
  const sql = String(value.sql).trim()
  if (sql !== '?') return sql
  return Array.isArray(value.bindings) ? value.bindings[0] : value.bindings
}
