import type { UserId } from '../../../core/context.js'
import type { JobCall } from '../jobs/job-place.js'
import type { KnexClient, Raw } from './knex/knex-internals.js'
import { type Name, readName } from './names.js'
import type { Rules } from './policy.js'
import type { Relation } from './tables.js'

/**
 * One query during compilation. Compiling is synchronous, so the queries around a sub-query form a chain; a
 * column without a qualifier is looked up along it, as PostgreSQL does.
 */
export interface Frame {
  parent: Frame | null
  client: KnexClient
  rules: Rules
  /** The current user; undefined if there is none. */
  me: UserId | undefined
  /** The job without a user that made the query. */
  job: JobCall | null
  queryContext: unknown
  /** Names that CTEs hide from here on. */
  ctes: ReadonlySet<string>
  tables: Relation[]
  /** The dialect below the layer. */
  dialect: KnexClient
}

/** Uses the dialect's own `raw`, so that this layer's text is not reported as the app's. */
export function rawIn(frame: Frame, sql: string, bindings: unknown[]): Raw {
  return frame.dialect.raw.call(frame.client, sql, bindings)
}

export function nameIn(frame: Frame, text: string): Name {
  return readName(frame.client, text, frame.queryContext)
}
