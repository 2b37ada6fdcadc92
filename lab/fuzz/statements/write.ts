import type { Knex } from 'knex'
import { columnsOf, type FuzzTable } from '../schema.js'
import type { FuzzSource, Query, Side } from '../side.js'

/** The layers under test, each alone. */
export const LAYERS = ['query layer', 'policies'] as const
export type WriteLayer = (typeof LAYERS)[number]

/**
 * How a statement ended: with rows, without rows, or refused with a code of PostgreSQL or of this package.
 */
export type WriteOutcome = 'rows' | 'nothing' | (string & {})

/** A write, written for one side. */
export interface Write {
  /** Sends it; called once. */
  run(): PromiseLike<unknown>
  sql(): string
  /**
   * Set if the single-user database cannot show the right result, because the statement names another user's
   * row, or if a layer responds in its own way: the allowed outcomes by layer. No row may change then. A
   * layer that is not listed is compared as for any other write.
   */
  apart?: Partial<Record<WriteLayer, readonly WriteOutcome[]>>
}

/**
 * The user who writes, and another user. The other user is not the owner, because the owner's id means the
 * current user.
 */
export interface Who {
  user: number
  other: number
}

export type MakeWrite = (side: Side, who: Who) => Write

export function writeOf(query: Query, apart?: Write['apart']): Write {
  return { run: () => query as PromiseLike<unknown>, sql: () => String(query), ...(apart && { apart }) }
}

export function sourceOf(table: FuzzTable): FuzzSource {
  return { alias: table.name, columns: columnsOf(table), owner: table.owner }
}

export function into(side: Side, table: FuzzTable): Knex.QueryBuilder {
  return side.db(table.name)
}
