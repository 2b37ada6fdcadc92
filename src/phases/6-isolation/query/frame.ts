import type { UserId } from '../../../core/context.js'
import type { KnexClient, Raw } from './knex/knex-internals.js'
import { type Name, readName } from './names.js'
import type { Rules } from './policy.js'
import type { Relation } from './tables.js'

/**
 * One query on its way to SQL. Compiling is synchronous, so the queries around a sub-query form a chain;
 * a column without a qualifier is looked up along it, as PostgreSQL does.
 */
export interface Frame {
  parent: Frame | null
  client: KnexClient
  rules: Rules
  /** The current user; undefined: none. */
  me: UserId | undefined
  queryContext: unknown
  /** Names that CTEs hide from here on. */
  ctes: ReadonlySet<string>
  tables: Relation[]
  /** What the layer lies over. */
  dialect: KnexClient
}

/** By the dialect's own `raw`: text of this layer is not reported as the app's. */
export function rawIn(frame: Frame, sql: string, bindings: unknown[]): Raw {
  return frame.dialect.raw.call(frame.client, sql, bindings)
}

export function nameIn(frame: Frame, text: string): Name {
  return readName(frame.client, text, frame.queryContext)
}
