import type { UserId } from '../../../../core/context.js'
import type { JobCall } from '../../jobs/job-place.js'

/** Kept in `_single`, which `clone()` copies in every knex: the user in whose context a builder was made. */
export const MADE_BY = Symbol('usertwo.madeBy')
/** The job without a user that made it; kept on what is compiled from it, too. */
export const MADE_IN = Symbol('usertwo.madeIn')

/** A compiled query, as every knex from 0.20 passes it to the client. */
export interface Compiled {
  sql: string
  [MADE_IN]?: JobCall
}

/** What sends a compiled query on a raw connection. */
export type Send = (this: unknown, connection: object, compiled: Compiled) => Promise<unknown>

/** One call on a builder, as knex keeps it until it compiles: `where`, `having`, an ON clause, a column list. */
export interface KnexStatement {
  type: string
  grouping?: string
  column?: unknown
  operator?: unknown
  value?: unknown
  bool?: string
  not?: boolean
  asColumn?: boolean
}

export interface Join extends KnexStatement {
  joinType: string
  table: unknown
  schema?: string
  clauses: KnexStatement[]
}

export interface With extends KnexStatement {
  alias: unknown
  recursive?: boolean
}

/** The single parts of a builder. knex passes the builder's own object to the compiler: copy it, never write it. */
export interface Single {
  table?: unknown
  schema?: string
  only?: boolean
  as?: string
  insert?: unknown
  update?: Record<string, unknown>
  counter?: Record<string, unknown>
  merge?: { updates?: unknown }
  using?: unknown
  updateFrom?: unknown
  returning?: unknown
  [MADE_BY]?: UserId
  [MADE_IN]?: JobCall | null
}

/** knex makes it again for each compilation, including `grouped`; `single` is the builder's. */
export interface Compiler {
  method: string
  single: Single
  grouped: {
    columns?: KnexStatement[]
    join?: Join[]
    where?: KnexStatement[]
    having?: KnexStatement[]
    with?: With[]
    [grouping: string]: KnexStatement[] | undefined
  }
  toSQL(method?: string, tz?: string): unknown
  withWrapped?(statement: With): string
  /** DELETE … USING, from knex 1.0; older ones drop the joins of a delete. */
  using?: unknown
}

export interface Builder {
  _single: Single
  _statements: KnexStatement[]
  _queryContext?: unknown
  clone(): Builder
  select(...columns: unknown[]): Builder
  from(table: unknown, options?: { only?: boolean }): Builder
  withSchema(schema: string): Builder
  toSQL(): unknown
}

export interface Raw {
  sql: string
  bindings?: unknown
  toSQL(...args: unknown[]): unknown
}

export interface KnexClient {
  config?: { migrations?: { tableName?: string }; wrapIdentifier?: unknown }
  queryCompiler(builder: Builder, bindings?: unknown): Compiler
  queryBuilder(): Builder
  raw(sql: unknown, bindings?: unknown): Raw
  _query: Send
  _stream(connection: object, compiled: Compiled, ...rest: unknown[]): Promise<unknown>
  positionBindings(sql: string): string
  wrapIdentifier(value: string, queryContext: unknown): string
  customWrapIdentifier(value: string, plain: (value: string) => string, queryContext: unknown): string
}

/** `knex.raw` and `knex.ref`; in knex 0.20 and 0.21 only the name of their class identifies them. */
export function isRaw(value: unknown): value is Raw {
  if (typeof value !== 'object' || value === null) return false
  return 'isRawInstance' in value || /^(Raw|Ref)$/.test(value.constructor?.name ?? '')
}

export function isBuilder(value: unknown): value is Builder {
  return typeof value === 'object' && value !== null && '_statements' in value && '_single' in value
}

/** Anything knex compiles in the place of a plain value. */
export function isQuery(value: unknown): boolean {
  return typeof value === 'function' || isBuilder(value) || isRaw(value)
}

/** The identifier of a `knex.ref`, otherwise null. */
export function refText(value: unknown): string | null {
  if (!isRaw(value) || !('ref' in value) || typeof value.ref !== 'string') return null
  const schema = (value as { _schema?: string | null })._schema
  return schema ? `${schema}.${value.ref}` : value.ref
}
