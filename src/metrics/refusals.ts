import type { Kit } from '../core/kit.js'
import { type RefusalCode, watchRefusals } from '../core/process/refusals.js'
import type { PromClient } from './prom-client.js'
import { sharedMetric } from './shared-metric.js'

/** Each has a zero to start from. A `ScopeError` that the app makes with another code is not counted. */
const CODES: Readonly<Record<RefusalCode, true>> = {
  no_current_user: true,
  job_without_user: true,
  job_refused: true,
  foreign_owner: true,
  forbidden: true,
  foreign_builder: true,
  mixed_users: true,
  transaction_left_open: true,
  binding_does_not_last: true,
  scope_unconfigured: true,
  schema_change_refused: true,
  large_object_refused: true,
  pg_version: true,
  pg_native: true,
  pg_pipeline: true,
  pg_replication: true,
  unhooked_library: true,
  insert_select_needs_columns: true,
  truncate_refused: true,
  users_refused: true,
  raw_refused: true,
  knex_version: true,
  unclassified_table: true,
  table_closed: true,
  foreign_row_in_answer: true,
}

/** Counts what the isolation layers refuse, in the whole process: a database handle belongs to no wrapped app. */
export function countRefusals(kit: Kit, client: PromClient): void {
  const help = 'Queries, libraries and answers that the isolation layers refused.'
  const make = (name: string) => new client.Counter({ name, help, labelNames: ['code'] })
  sharedMetric(kit, client, 'isolation_refusals_total', make, (counter) => {
    for (const code of Object.keys(CODES)) counter.inc({ code }, 0)
    return watchRefusals((code) => {
      if (Object.hasOwn(CODES, code)) counter.inc({ code })
    })
  })
}
