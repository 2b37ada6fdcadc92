import type { Knex } from 'knex'
import { missing } from '../fixture/id-mapping.js'
import type { ProbeOrders, ProbeTable } from './probe-queries.js'

export type Row = Record<string, unknown>

/** One kind of query aimed at a row of the owner. */
export interface QueryAttempt {
  name: string
  /** the database may refuse it too: it writes a reference to a row that cannot exist */
  mayFail?: boolean
  /** returns what it reached, in words; null: nothing */
  reaches(trx: Knex, table: ProbeTable): Promise<string | null>
}

/** The targets of queries: a row of the owner, a row of the caller, and keys that no row has. */
export interface QueryAim {
  db: Knex
  table: string
  key: string
  owner: string
  ownersId: number | string
  /** the keys of the owner's row, of the caller's row, and of no row */
  id: number | string | boolean
  ownId: number | string | boolean
  missingId: number | string | boolean
  /** a row of the caller that does not exist yet */
  fresh: Row
  /** the number of the caller's rows */
  count: number
}

/** Queries, by the name of the leak: each tries it, and returns what it reached. */
export type Attempts = Record<string, (aim: QueryAim) => Promise<string | null>>

export function attemptsOf(
  list: Attempts,
  table: ProbeTable,
  orders: ProbeOrders,
  mayFail = false,
): QueryAttempt[] {
  const aim = aimAt(table, orders)
  return Object.entries(list).map(([name, reaches]) => ({
    name,
    mayFail,
    reaches: (db) => reaches({ ...aim, db }),
  }))
}

function missingLike(id: QueryAim['id']): QueryAim['id'] {
  if (typeof id === 'number') return -1
  return typeof id === 'boolean' ? !id : missing(id)
}

function aimAt(
  { name, key, owner, theirs, mine, count }: ProbeTable,
  orders: ProbeOrders,
): Omit<QueryAim, 'db'> {
  const id = theirs[key] as QueryAim['id']
  const ownId = mine[key] as QueryAim['id']
  const free = typeof ownId === 'number' ? ownId + 500_000 : missingLike(ownId)
  return {
    table: name,
    key,
    owner,
    ownersId: orders.owner,
    id,
    ownId,
    missingId: missingLike(id),
    fresh: { ...mine, [key]: free },
    count,
  }
}

/** Returns the rows of the owner among the result. */
export function shown({ owner, ownersId }: QueryAim, rows: Row[]): string | null {
  const theirs = rows.filter((row) => String(row[owner]) === String(ownersId))
  return theirs.length ? `${theirs.length} rows of the owner` : null
}

export const some = (count: number): string | null => (count > 0 ? `${count} rows` : null)
