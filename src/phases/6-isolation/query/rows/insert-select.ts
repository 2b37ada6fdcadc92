import { ScopeError } from '../../../../core/scope-error.js'
import { type Frame, rawIn } from '../frame.js'
import { type Builder, isBuilder, isRaw, type Raw, type Single } from '../knex/knex-internals.js'
import { rawTable } from '../raw/raw.js'
import { fullName, type Relation } from '../tables.js'
import { madeKey, ownKey } from './keys.js'

/**
 * Adds the owner to `insert into t (a) select …` by position: `insert into t (a, user_id) select …, ?`.
 * @throws ScopeError insert_select_needs_columns
 */
export function stampSelect(frame: Frame, single: Single, table: Relation): void {
  const query = asQuery(frame, single.insert)
  const columns = columnList(frame, single.table, query, table)
  const at = columns.indexOf(table.owner!)
  const into = at < 0 ? [...columns, table.owner!] : columns
  const keys = columns.some((column) => madeKey(frame, table, column))
  if (keys) single.insert = aroundKeys(frame, query, columns, table)
  else if (at < 0 && isPlainSelect(query)) single.insert = appended(frame, query)
  else single.insert = around(frame, query, columns, at)
  single.table = rawIn(frame, `?? (${into.map(() => '??').join(', ')})`, [fullName(table), ...into])
  single.schema = undefined
}

function asQuery(frame: Frame, insert: unknown): unknown {
  if (typeof insert !== 'function') return insert
  const builder = frame.client.queryBuilder()
  insert.call(builder, builder)
  return builder
}

/** Returns the columns an INSERT names, otherwise as many of the table's as the select list has, if it can be counted. */
function columnList(frame: Frame, target: unknown, query: unknown, table: Relation): string[] {
  const named = isRaw(target) ? rawTable(target)?.columns : null
  if (named) return named
  const known = frame.rules.columns(table.name)
  const count = isBuilder(query) ? selected(query) : 0
  if (known && count > 0 && count <= known.length) return known.slice(0, count)
  throw new ScopeError(
    'insert_select_needs_columns',
    `insert … select must name the columns of "${table.name}": into(db.raw('?? (??, …)', ['${table.name}', …]))`,
  )
}

/** Returns how many columns a select list has; 0 if that is unknown. */
function selected(query: Builder): number {
  const lists = query._statements.filter((statement) => statement.grouping === 'columns')
  if (!lists.every((list) => Array.isArray(list.value))) return 0
  const columns = lists.flatMap((list) => list.value as unknown[])
  return columns.every((column) => typeof column === 'string' && !column.includes('*')) ? columns.length : 0
}

/** Whether another column can be added to a select without any other change. */
function isPlainSelect(query: unknown): query is Builder {
  if (!isBuilder(query)) return false
  return (
    !query._statements.some(
      (statement) =>
        statement.grouping === 'union' || ('distinct' in statement && Boolean(statement.distinct)),
    ) && query._statements.some((statement) => statement.grouping === 'columns')
  )
}

/** Adds the owner to the app's select list, whose untyped values take the type of their column. */
function appended(frame: Frame, query: Builder): Builder {
  return query.clone().select(rawIn(frame, '?', [frame.me]))
}

function around(frame: Frame, query: unknown, columns: string[], at: number): unknown {
  const inner = columns.map((_, i) => `c${i}`)
  const list = inner.map((column, i) => (i === at ? '?' : column)).concat(at < 0 ? ['?'] : [])
  const text = `select ${list.join(', ')} from ${isRaw(query) ? '(?)' : '?'} as s(${inner.join(', ')})`
  return rawIn(frame, text, [frame.me, query])
}

/**
 * Puts keys and owner in their places. The table's own columns are selected first, with no rows, so that an
 * untyped value takes the type of the column it is inserted into, as it would without the outer select.
 */
function aroundKeys(frame: Frame, query: unknown, columns: string[], table: Relation): Raw {
  const values = columns.map((column, i) => {
    if (column === table.owner) return rawIn(frame, '?', [frame.me])
    const given = rawIn(frame, `s.c${i}`, [])
    return madeKey(frame, table, column) ? ownKey(frame, table, column, given) : given
  })
  if (!columns.includes(table.owner!)) values.push(rawIn(frame, '?', [frame.me]))
  const rows = isRaw(query) ? '(?)' : '?'
  return rawIn(
    frame,
    `select ${values.map(() => '?').join(', ')} from (select ${columns.map(() => '??').join(', ')} from ?? where false
      union all ${rows}) as s(${columns.map((_, i) => `c${i}`).join(', ')})`,
    [...values, ...columns, fullName(table), query],
  )
}
