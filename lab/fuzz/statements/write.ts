import type { Knex } from 'knex'
import { columnsOf, type FuzzTable } from '../schema.js'
import type { FuzzSource, Query, Side } from '../side.js'

/** The layers under test, each alone. */
export const LAYERS = ['query layer', 'policies'] as const
export type WriteLayer = (typeof LAYERS)[number]

/** How a statement ended: with rows, with none, or refused with a code of PostgreSQL's or of this package. */
export type WriteOutcome = 'rows' | 'nothing' | (string & {})

/** A write, written for one side. */
export interface Write {
  /** Sends it; called once. */
  run(): PromiseLike<unknown>
  sql(): string
  /**
   * Set if the single-user database cannot tell the right answer, because the statement names another user's
   * row, or if a layer answers in a way of its own: the outcomes that it may have. No row may change then. A
   * layer that is not named is compared like any other write.
   */
  apart?: Partial<Record<WriteLayer, readonly WriteOutcome[]>>
}

/** The person who writes, and one of the others, who is not the owner: the owner's id means the person. */
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
