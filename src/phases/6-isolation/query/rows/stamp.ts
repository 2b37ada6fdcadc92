import { ScopeError } from '../../../../core/scope-error.js'
import { type Frame, nameIn, rawIn } from '../frame.js'
import { isQuery } from '../knex/knex-internals.js'
import type { Relation } from '../tables.js'
import { madeKey, ownKey, sameKey } from './keys.js'
import { isOwnerLiteral } from './owner-literal.js'
import { ownParent } from './parents.js'

type Row = Record<string, unknown>

/**
 * Returns the rows of an INSERT, each with the current user as its owner, and with no key except a generated
 * one or one of the same user's. @throws ScopeError foreign_owner
 */
export function stampRows(frame: Frame, rows: unknown, table: Relation): unknown {
  if (!Array.isArray(rows)) return stampRow(frame, rows as Row, table, [rows as Row])
  return rows.map((row: Row | null | undefined) => (row == null ? row : stampRow(frame, row, table, rows)))
}

function stampRow(frame: Frame, row: Row, table: Relation, batch: readonly (Row | null)[]): Row {
  const stamped = ownValues(frame, row, table, batch, ownKey)
  for (const key of Object.keys(stamped)) if (isOwnerKey(frame, key, table)) delete stamped[key]
  stamped[table.owner!] = frame.me
  return stamped
}

/** Returns what UPDATE or DO UPDATE sets, without changes of owner and key. @throws ScopeError foreign_owner */
export function stampChanges(frame: Frame, changes: Row, table: Relation): Row {
  return table.open ? keepOwner(frame, changes, table) : ownValues(frame, changes, table, [], sameKey)
}

/**
 * Returns what DO UPDATE sets where it must not be every named column: never a generated key, and in an open
 * table, whose conflicting row may be another user's, not the owner.
 */
export function mergedChanges(frame: Frame, rows: unknown, updates: unknown, table: Relation): Row {
  if (updates && !Array.isArray(updates)) return keepOwner(frame, updates as Row, table)
  const merged = mergedColumns(rows, updates).map((column) => [
    column,
    rawIn(frame, '??', [`excluded.${column}`]),
  ])
  return keepOwner(frame, Object.fromEntries(merged), table)
}

/** Whether DO UPDATE would set a generated key to the value of the insert. */
export function mergesKey(frame: Frame, rows: unknown, updates: unknown, table: Relation): boolean {
  return mergedColumns(rows, updates).some((column) => isMadeKey(frame, column, table))
}

/** The columns that a merge sets; `merge()` without a list means every column of the insert. */
function mergedColumns(rows: unknown, updates: unknown): string[] {
  const inserted = [rows].flat().flatMap((row) => Object.keys((row ?? {}) as Row))
  const columns = (updates as string[] | undefined) ?? inserted
  return [...new Set(columns.map((column) => column.split('.').at(-1)!))]
}

/** Keeps the owner of a changed row in an open table: handed over, the row would be lost to its owner. */
function keepOwner(frame: Frame, changes: Row, table: Relation): Row {
  const kept: Row = {}
  for (const key of Object.keys(changes)) {
    const isOwner = isOwnerKey(frame, key, table) && changes[key] !== undefined
    const stays = isOwner || (isMadeKey(frame, key, table) && changes[key] !== undefined)
    kept[key] = stays ? sameKey(frame, table, nameIn(frame, key).name) : changes[key]
    if (isOwner && isForeign(frame, changes[key]))
      frame.rules.onOwnerKept({ table: table.name, column: table.owner! }, frame.me!)
  }
  return kept
}

function isForeign(frame: Frame, owner: unknown): boolean {
  const literal = owner !== null && !isQuery(owner)
  return literal && !isOwnerLiteral(frame, owner) && String(owner) !== String(frame.me)
}

function ownValues(
  frame: Frame,
  row: Row,
  table: Relation,
  batch: readonly (Row | null)[],
  keyOf: typeof ownKey,
): Row {
  const out: Row = {}
  for (const key of Object.keys(row)) {
    const value = row[key]
    const { name } = nameIn(frame, key)
    if (name === table.owner) out[key] = ownerValue(frame, value, table)
    else if (value !== undefined && madeKey(frame, table, name)) out[key] = keyOf(frame, table, name, value)
    else out[key] = ownParent(frame, table, name, value, batch)
  }
  return out
}

/** The owner's id, the user's own id, null and expressions become the current user; undefined keeps its meaning for knex. */
function ownerValue(frame: Frame, value: unknown, table: Relation): unknown {
  if (value === undefined) return undefined
  if (isForeign(frame, value)) throw foreignOwner(table)
  if (value !== null && !isQuery(value) && isOwnerLiteral(frame, value)) {
    frame.rules.onRewrite({ table: table.name, column: table.owner! })
  }
  return frame.me
}

/**
 * Returns what increment and decrement change; a generated key is incremented by 0, so it stays what it is.
 * @throws ScopeError foreign_owner: an owner column would hand the row to the next user
 */
export function ownCounter(frame: Frame, counter: Row, table: Relation): Row {
  const keys = Object.keys(counter)
  if (keys.some((key) => isOwnerKey(frame, key, table))) throw foreignOwner(table)
  return Object.fromEntries(keys.map((key) => [key, isMadeKey(frame, key, table) ? 0 : counter[key]]))
}

function isOwnerKey(frame: Frame, key: string, table: Relation): boolean {
  return nameIn(frame, key).name === table.owner
}

function isMadeKey(frame: Frame, key: string, table: Relation): boolean {
  return madeKey(frame, table, nameIn(frame, key).name) !== undefined
}

function foreignOwner(table: Relation): ScopeError {
  return new ScopeError(
    'foreign_owner',
    `"${table.name}"."${table.owner}" may only be the current user: leave it out, or write in asSystem(reason, …)`,
  )
}
