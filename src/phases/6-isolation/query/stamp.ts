import { ScopeError } from '../../../core/scope-error.js'
import { type Frame, nameIn, rawIn } from './frame.js'
import { isQuery } from './knex-internals.js'
import { isOwnerLiteral } from './owner-literal.js'
import { ownParent } from './parents.js'
import type { Table } from './tables.js'

type Row = Record<string, unknown>

/** The rows of an INSERT, each with the current user as its owner. @throws ScopeError foreign_owner */
export function stampRows(frame: Frame, rows: unknown, table: Table): unknown {
  if (!Array.isArray(rows)) return stampRow(frame, rows as Row, table, [rows as Row])
  return rows.map((row: Row | null | undefined) => (row == null ? row : stampRow(frame, row, table, rows)))
}

function stampRow(frame: Frame, row: Row, table: Table, batch: readonly (Row | null)[]): Row {
  const stamped = ownValues(frame, row, table, batch)
  for (const key of Object.keys(stamped)) if (isOwnerKey(frame, key, table)) delete stamped[key]
  stamped[table.owner!] = frame.me
  return stamped
}

/** What UPDATE or DO UPDATE sets: an owner column in it stays the current user's. @throws ScopeError foreign_owner */
export function stampChanges(frame: Frame, changes: Row, table: Table): Row {
  return table.open ? keepOwner(frame, changes, table) : ownValues(frame, changes, table, [])
}

/**
 * What DO UPDATE sets in an open table, whose conflicting row may be somebody else's: `merge()` without a list means
 * every column of the insert, and with it the owner.
 */
export function mergedChanges(frame: Frame, rows: unknown, updates: unknown, table: Table): Row {
  if (updates && !Array.isArray(updates)) return keepOwner(frame, updates as Row, table)
  const inserted = [rows].flat().flatMap((row) => Object.keys((row ?? {}) as Row))
  const columns = [...new Set((updates as string[] | undefined) ?? inserted)]
  return keepOwner(
    frame,
    Object.fromEntries(columns.map((column) => [column, rawIn(frame, '??', [`excluded.${column}`])])),
    table,
  )
}

/** In an open table a row stays whose it is, whatever a change says: handed over, it would be lost to its owner. */
function keepOwner(frame: Frame, changes: Row, table: Table): Row {
  const kept: Row = {}
  for (const key of Object.keys(changes)) {
    const isOwner = isOwnerKey(frame, key, table) && changes[key] !== undefined
    kept[key] = isOwner ? rawIn(frame, '??', [`${table.as}.${table.owner}`]) : changes[key]
    if (isOwner && isForeign(frame, changes[key]))
      frame.rules.onOwnerKept({ table: table.name, column: table.owner! }, frame.me!)
  }
  return kept
}

function isForeign(frame: Frame, owner: unknown): boolean {
  const literal = owner !== null && !isQuery(owner)
  return literal && !isOwnerLiteral(frame, owner) && String(owner) !== String(frame.me)
}

function ownValues(frame: Frame, row: Row, table: Table, batch: readonly (Row | null)[]): Row {
  const out: Row = {}
  for (const key of Object.keys(row)) {
    const value = row[key]
    if (isOwnerKey(frame, key, table)) out[key] = ownerValue(frame, value, table)
    else out[key] = ownParent(frame, table, nameIn(frame, key).name, value, batch)
  }
  return out
}

/** The owner's id, one's own, null and expressions become the current user; undefined stays what it is to knex. */
function ownerValue(frame: Frame, value: unknown, table: Table): unknown {
  if (value === undefined) return undefined
  if (isForeign(frame, value)) throw foreignOwner(table)
  if (value !== null && !isQuery(value) && isOwnerLiteral(frame, value)) {
    frame.rules.onRewrite({ table: table.name, column: table.owner! })
  }
  return frame.me
}

/** increment and decrement of an owner column would hand the row to the next user. */
export function refuseOwnerCounter(frame: Frame, counter: Row | undefined, table: Table): void {
  if (Object.keys(counter ?? {}).some((key) => isOwnerKey(frame, key, table))) throw foreignOwner(table)
}

function isOwnerKey(frame: Frame, key: string, table: Table): boolean {
  return nameIn(frame, key).name === table.owner
}

function foreignOwner(table: Table): ScopeError {
  return new ScopeError(
    'foreign_owner',
    `"${table.name}"."${table.owner}" may only be the current user: leave it out, or write in asSystem(reason, …)`,
  )
}
