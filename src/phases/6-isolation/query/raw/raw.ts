import { isWord, nameOf } from '../../../../sql/meaning.js'
import { type Token, tokensOf } from '../../../../sql/tokens.js'
import { normalisedSql } from '../../usage/normalised-sql.js'
import { isRaw, type Raw } from '../knex/knex-internals.js'
import type { Name } from '../names.js'
import type { Rules } from '../policy.js'
import { filledIn } from './raw-text.js'

/** `only threads` and `lateral f(x)` look like a name and an alias. */
const NO_TABLE = ['only', 'lateral', 'table', 'select', 'values', 'with']

/** The raw text that knex itself writes for increment and decrement. */
const COUNTER = /^\?\? [+-] \?$/

/** `raw('threads as t')` or `raw('?? (??, ??)', ['threads', 'id', 'n'])`: text that is only a table. */
export interface RawTable extends Name {
  /** The column list after the name of an INSERT's target. */
  columns: string[] | null
}

/** The table that raw text names if it does nothing else, otherwise null. */
export function rawTable(raw: Raw): RawTable | null {
  const bindings = raw.bindings ?? []
  if (!Array.isArray(bindings) || !bindings.every((binding) => typeof binding === 'string')) return null
  const left = tokensOf(filledIn(raw))
  const take = (...texts: string[]) =>
    texts.includes(left[0]?.text.toLowerCase() ?? '') ? left.shift() : null
  const takeName = () => (nameOf(left[0]) === null ? null : nameOf(left.shift()))
  if (isWord(left[0], ...NO_TABLE)) return null
  const first = takeName()
  const second = take('.') ? takeName() : undefined
  const isAliased = take('as') !== null
  const alias = takeName()
  const columns = take('(') ? namesUntilClosed(left) : null
  const isAll = left.length === 0 && (!isAliased || alias !== null)
  if (first === null || second === null || columns === undefined || !isAll) return null
  const name = second ?? first
  const spelled = alias ?? name
  return { name, alias: spelled, spelled, qualifier: second === undefined ? null : first, columns }
}

/** Names only: `exists (select 1 from threads)` is not a table with a list of columns. */
function namesUntilClosed(left: Token[]): string[] | undefined {
  const columns: string[] = []
  for (;;) {
    const name = nameOf(left.shift())
    if (name === null) return undefined
    columns.push(name)
    const sign = left.shift()?.text
    if (sign === ')') return columns
    if (sign !== ',') return undefined
  }
}

/**
 * Reports raw text that names an owned table or column. The database binds what it reads. A bare name is not
 * reported: as a table it is scoped, as a column its literal is found.
 * @throws ScopeError raw_refused
 */
export function reportRaw(rules: Rules, kind: 'raw' | 'table' | 'join', raw: Raw): void {
  if (rawTable(raw) || !namesOwned(rules, raw)) return
  rules.refuseRaw(kind, raw)
  rules.onRaw({ kind, sql: normalisedSql(String(raw.sql)) })
}

// An escaped name may be any name.
const ESCAPED_NAME = /\bu&"/i

/** Values are not searched: they may contain builders, with whole connections behind them. */
function namesOwned(rules: Rules, raw: Raw): boolean {
  if (COUNTER.test(String(raw.sql))) return false
  const text = filledIn(raw)
  return rules.named.test(text) || ESCAPED_NAME.test(text)
}

/** Returns the one value of a raw value: `raw('1')`, `raw('?', [1])`; undefined if it is more than that. */
export function rawValue(value: unknown): unknown {
  if (!isRaw(value)) return undefined
  const sql = String(value.sql).trim()
  if (sql !== '?') return sql
  return Array.isArray(value.bindings) ? value.bindings[0] : value.bindings
}
