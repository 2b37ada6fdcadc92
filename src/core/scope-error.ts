import { channel } from 'node:diagnostics_channel'

/** Why a query was refused before it reached the database, or a library before it was hooked. */
export type ScopeErrorCode =
  | 'no_current_user'
  | 'job_without_user'
  | 'job_refused'
  | 'foreign_owner'
  | 'forbidden'
  | 'foreign_builder'
  | 'mixed_users'
  | 'transaction_left_open'
  | 'binding_does_not_last'
  | 'scope_unconfigured'
  | 'schema_change_refused'
  | 'large_object_refused'
  | 'pg_version'
  | 'pg_native'
  | 'pg_pipeline'
  | 'pg_replication'
  | 'unhooked_library'
  | 'insert_select_needs_columns'
  | 'truncate_refused'
  | 'users_refused'
  | 'raw_refused'
  | 'knex_version'
  | 'unclassified_table'
  | 'table_closed'

/** A query or a library that the isolation layers refuse. The message names the fix and no secret. */
export class ScopeError extends Error {
  readonly code: ScopeErrorCode
  constructor(code: ScopeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ScopeError'
    this.code = code
    channel('usertwo.refused').publish(code)
  }
}
