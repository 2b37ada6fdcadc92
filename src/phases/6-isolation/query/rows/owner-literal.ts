import { type Frame, nameIn } from '../frame.js'
import { isRaw, type KnexStatement, refText } from '../knex/knex-internals.js'
import { rawTable, rawValue } from '../raw/raw.js'
import type { Relation } from '../tables.js'

/** Whether a value is the owner's id as old code writes it, `1` or `'1'`. */
export function isOwnerLiteral(frame: Frame, value: unknown): boolean {
  const type = typeof value
  if (type !== 'number' && type !== 'string' && type !== 'bigint') return false
  return String(value) === String(frame.rules.ownerId)
}

/**
 * Replaces the owner's id by the current user's where a condition compares it with an owner column: `=`,
 * `!=`, `<>`, IN and row values, in WHERE, HAVING and ON. Everything else is returned unchanged.
 */
export function forCurrentUser(frame: Frame, statement: KnexStatement): KnexStatement {
  if (statement.type === 'onWrapped') return wrappedOn(frame, statement)
  if (EQUALITIES.has(statement.type)) return isEquality(statement) ? equality(frame, statement) : statement
  if (LISTS.has(statement.type) && Array.isArray(statement.value)) {
    return list(frame, statement, statement.value)
  }
  return statement
}

const EQUALITIES = new Set(['where', 'having', 'on'].flatMap((part) => [`${part}Basic`, `${part}Val`]))
const LISTS = new Set(['whereIn', 'havingIn', 'onIn'])

function isEquality({ operator, asColumn }: KnexStatement): boolean {
  return !asColumn && (operator === '=' || /^(=|!=|<>)$/.test(String(operator)))
}

function equality(frame: Frame, statement: KnexStatement): KnexStatement {
  // A string in ON is the name of a column.
  if (statement.type === 'onBasic' && typeof statement.value === 'string') return statement
  const site = ownerColumn(frame, statement.column)
  if (!site || !meansOwner(frame, statement.value)) return statement
  frame.rules.onRewrite(site)
  const type = statement.type === 'onBasic' ? 'onVal' : statement.type
  return { ...statement, type, value: frame.me }
}

function list(frame: Frame, statement: KnexStatement, values: unknown[]): KnexStatement {
  const columns = Array.isArray(statement.column) ? statement.column : [statement.column]
  const sites = columns.map((column) => ownerColumn(frame, column))
  if (sites.every((site) => site === null)) return statement
  const swap = (value: unknown, site: Site | null | undefined) => {
    if (!site || !meansOwner(frame, value)) return value
    frame.rules.onRewrite(site)
    return frame.me
  }
  const value = values.map((row) =>
    Array.isArray(row) ? row.map((part, i) => swap(part, sites[i])) : swap(row, sites[0]),
  )
  return { ...statement, value }
}

/** knex passes a new JoinClause to a wrapped ON; the app's callback fills it, then its clauses are read. */
function wrappedOn(frame: Frame, statement: KnexStatement): KnexStatement {
  const fill = statement.value as (this: { clauses: KnexStatement[] }, clause: object) => void
  return {
    ...statement,
    value(this: { clauses: KnexStatement[] }) {
      fill.call(this, this)
      this.clauses = this.clauses.map((clause) => forCurrentUser(frame, clause))
    },
  }
}

function meansOwner(frame: Frame, value: unknown): boolean {
  return isOwnerLiteral(frame, value) || isOwnerLiteral(frame, rawValue(value))
}

interface Site {
  table: string
  column: string
}

/**
 * Returns the visible owned table whose owner column this is, otherwise null. Qualified: found by alias. Bare: in the
 * nearest query that has one. A sub-query or CTE counts as having the owner columns of what it selects.
 */
function ownerColumn(frame: Frame, column: unknown): Site | null {
  const text = typeof column === 'string' ? column : refText(column)
  const read = text !== null ? nameIn(frame, text) : isRaw(column) ? rawTable(column) : null
  if (!read) return null
  const { name, qualifier } = read
  const isOwnerName = frame.rules.ownerColumns.has(name)
  for (let at: Frame | null = frame; at; at = at.parent) {
    const table = at.tables.find((t) => (qualifier ? t.alias === qualifier : hasOwner(t, name, isOwnerName)))
    if (table)
      return hasOwner(table, name, isOwnerName) && !table.open ? { table: table.name, column: name } : null
    // Every table has an id: a bare one belongs to the inner query.
    if (!qualifier && at.tables.length > 0 && name === 'id') return null
  }
  // An alias given inside a callback cannot be seen from here.
  return qualifier && isOwnerName ? { table: qualifier, column: name } : null
}

function hasOwner(table: Relation, name: string, isOwnerName: boolean): boolean {
  return table.derived ? isOwnerName : table.owner === name
}
