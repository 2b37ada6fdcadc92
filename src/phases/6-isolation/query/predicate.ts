import type { Frame } from './frame.js'
import { type Builder, isQuery, isRaw, type KnexStatement, refText } from './knex/knex-internals.js'
import { refuseEscape } from './raw/parentheses.js'
import { forCurrentUser } from './rows/owner-literal.js'
import type { Relation } from './tables.js'

/** `"t"."user_id" = ?` for WHERE. */
export function ownRowsCondition(frame: Frame, table: Relation): KnexStatement {
  return {
    grouping: 'where',
    type: 'whereBasic',
    column: ownerOf(table),
    operator: '=',
    value: frame.me,
    not: false,
    bool: 'and',
    asColumn: false,
  }
}

/** `"t"."user_id" = ?` for ON. */
export function ownRowsOn(frame: Frame, table: Relation): KnexStatement {
  return { type: 'onVal', column: ownerOf(table), operator: '=', value: frame.me, bool: 'and' }
}

function ownerOf(table: Relation): string {
  return `${table.as}.${table.owner}`
}

/**
 * `(select * from t) as t`, for places where neither WHERE nor ON can exclude rows without changing an outer
 * join. It compiles as a separate query, which gets the predicate.
 */
export function ownRowsOnly(table: Relation, only = false): (this: Builder) => void {
  return function (this: Builder) {
    if (table.schema) this.withSchema(table.schema)
    this.from(table.source, only ? { only } : undefined)
  }
}

/** The app's conditions, then the predicates: `a or b` must become `(a or b) and owner`, never `a or b and owner`. */
export function whereOwn(frame: Frame, app: KnexStatement[], predicates: KnexStatement[]): KnexStatement[] {
  refuseEscape(app)
  // In parentheses the conditions compile as a query below this one, where their owner literals are found.
  if (predicates.length > 0 && needsParentheses(app)) return [inParentheses(app), ...predicates]
  return [...app.map((statement) => forCurrentUser(frame, statement)), ...predicates]
}

/** Plain ANDs of columns and values need none, which halves the cost of the common query. */
function needsParentheses(conditions: KnexStatement[]): boolean {
  return conditions.length > 0 && !conditions.every(isPlainAnd)
}

function isPlainAnd({ bool, type, column, operator, value }: KnexStatement): boolean {
  if (bool !== 'and' || typeof column !== 'string') return false
  if (type === 'whereNull') return true
  if (type === 'whereIn') return Array.isArray(value) && !value.some(isQuery)
  return type === 'whereBasic' && !isRaw(operator) && !isQuery(value)
}

function inParentheses(conditions: KnexStatement[]): KnexStatement {
  return {
    grouping: 'where',
    type: 'whereWrapped',
    bool: 'and',
    not: false,
    value(this: Builder) {
      this._statements.push(...conditions)
    },
  }
}

/** The object form of a FROM, `{ t: 'threads' }`, copied to be changed entry by entry. */
export function fromEntries(table: unknown): Record<string, unknown> {
  const isObject = typeof table === 'object' && table !== null && !refText(table) && !isQuery(table)
  return isObject ? { ...table } : {}
}
