import type { Frame } from './frame.js'
import { type Compiler, isRaw, type Join, type KnexStatement } from './knex/knex-internals.js'
import { fromEntries, ownRowsCondition, ownRowsOn, ownRowsOnly } from './predicate.js'
import { refuseEscape } from './raw/parentheses.js'
import { reportRaw } from './raw/raw.js'
import { forCurrentUser } from './rows/owner-literal.js'
import type { Relation } from './tables.js'

/**
 * Restricts FROM and JOIN to the user's own rows. The first table's predicate goes into WHERE, a joined
 * table's into ON. With a right or full join WHERE would drop rows that the join must show with nulls, so the
 * tables themselves are restricted.
 * @returns conditions for WHERE: the app's (a delete's ON), and this layer's
 */
export function scopeFrom(frame: Frame, compiler: Compiler): { app: KnexStatement[]; own: KnexStatement[] } {
  const joins = joinsOf(compiler)
  const from = frame.tables.filter((table) => table.scoped && !table.join)
  const where = { app: [] as KnexStatement[], own: [] as KnexStatement[] }
  const narrow = showsUnmatched(compiler, joins)
  if (narrow) narrowFrom(compiler, from)
  else where.own.push(...from.map((table) => ownRowsCondition(frame, table)))
  if (joins.length > 0)
    compiler.grouped.join = joins.map((join) => scopeJoin(frame, compiler, join, narrow, where))
  return where
}

/**
 * The joins that take effect. knex drops those of an update, and before 1.0 those of a delete, or writes SQL
 * that PostgreSQL refuses. They are left alone, so that a broken delete does not become one that works.
 */
export function joinsOf({ method, grouped, using }: Compiler): Join[] {
  return method === 'update' || (method === 'del' && !using) ? [] : (grouped.join ?? [])
}

/** Whether this select has a right or full join. */
function showsUnmatched({ method }: Compiler, joins: Join[]): boolean {
  if (method === 'del' || method === 'update') return false
  return joins.some((join) => /right|full/i.test(join.joinType === 'raw' ? rawText(join) : join.joinType))
}

function rawText(join: Join): string {
  return isRaw(join.table) ? String(join.table.sql) : ''
}

function narrowFrom(compiler: Compiler, tables: Relation[]): void {
  if (tables.length === 0) return
  const { single } = compiler
  const entries = fromEntries(single.table)
  for (const table of tables) entries[table.as] = ownRowsOnly(table, single.only)
  single.table = entries
  single.schema = undefined
  single.only = undefined
}

function scopeJoin(
  frame: Frame,
  compiler: Compiler,
  join: Join,
  narrow: boolean,
  where: { app: KnexStatement[]; own: KnexStatement[] },
): Join {
  if (join.joinType === 'raw') {
    if (isRaw(join.table)) reportRaw(frame.rules, 'join', join.table)
    return join
  }
  const clauses = join.clauses.map((clause) => forCurrentUser(frame, clause))
  const mine = frame.tables.filter((table) => table.join === join && table.scoped)
  if (compiler.method === 'del') {
    where.app.push(...clauses.map(deleteCondition))
    where.own.push(...mine.map((table) => ownRowsCondition(frame, table)))
    return changed(join, { clauses: [] })
  }
  if (mine.length === 0) return changed(join, { clauses })
  const using = clauses.some((clause) => clause.type === 'onUsing')
  const inner = /^(inner|cross|)$/.test(join.joinType.trim())
  if (narrow || (using && !inner)) {
    const table = {
      ...fromEntries(join.table),
      ...Object.fromEntries(mine.map((t) => [t.as, ownRowsOnly(t)])),
    }
    return changed(join, { clauses, table, schema: undefined })
  }
  if (using || clauses.length === 0) {
    where.own.push(...mine.map((table) => ownRowsCondition(frame, table)))
    return changed(join, { clauses })
  }
  return changed(join, { clauses: onOwn(frame, clauses, mine) })
}

/** Puts the app's ON in parentheses, followed by the predicate. */
function onOwn(frame: Frame, clauses: KnexStatement[], tables: Relation[]): KnexStatement[] {
  refuseEscape(clauses)
  const wrapped: KnexStatement = {
    type: 'onWrapped',
    bool: 'and',
    value(this: { clauses: KnexStatement[] }) {
      this.clauses = clauses
    },
  }
  return [wrapped, ...tables.map((table) => ownRowsOn(frame, table))]
}

/**
 * knex writes each ON of a delete after WHERE as `and a = b`, even after `x or y`. The same rows must be
 * deleted, so the condition moves to where knex would have put it, inside this layer's parentheses.
 */
function deleteCondition({ column, value }: KnexStatement): KnexStatement {
  return {
    grouping: 'where',
    type: 'whereBasic',
    column,
    operator: '=',
    value,
    not: false,
    bool: 'and',
    asColumn: true,
  }
}

/** A copy, because the join itself belongs to the builder. */
function changed(join: Join, parts: Partial<Join>): Join {
  return Object.assign(Object.create(Object.getPrototypeOf(join)), join, parts)
}
