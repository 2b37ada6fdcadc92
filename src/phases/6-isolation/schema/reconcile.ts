import { setTimeout as sleep } from 'node:timers/promises'
import { type Queryable, withSettings } from '../../../database/catalog/ask.js'
import { sqlState } from '../../../database/sql-state.js'
import type { OwnershipPlan } from './plan/ownership-plan.js'
import { planOwnership } from './plan/plan-ownership.js'
import { OwnershipError, type Step } from './step.js'

/** The one lock for every change of ownership in this database: "ut" and the phase. */
const LOCK = [0x7574, 6] as const
const LOCK_POLL_MS = 200
/** lock not available, deadlock, statement cancelled: another transaction was in the way */
const IN_THE_WAY = new Set(['55P03', '40P01', '57014'])
const PAUSE_MS = 200
const LONGEST_PAUSE_MS = 5_000
const BATCH_PAGES = 200
/** An interrupted index needs one more round; a plan that is never empty is a bug. */
const ROUNDS = 5

export interface ReconcileOptions {
  /** Called before each step. */
  onStep?: (step: Step) => void | Promise<void>
  /** Called after each batch of a step that walks through a table; `rows` are the planner's estimate. */
  onBatch?: (step: Step, walked: { rows: number; of: number }) => void
  /** How long a statement waits for a table lock before it gives up, ms; default 2000. */
  lockTimeout?: number
  /** How often a step is tried; default 12, with pauses of about half a minute in all. */
  attempts?: number
  /** How long to wait for another reconciler to end, ms; default 60000. */
  waitFor?: number
  /** Also take from old code what the configuration allows; raises the floor. Default: no. */
  contract?: boolean
}

/**
 * Brings the schema to the plan: takes one advisory lock, runs each step in its own transaction, then plans
 * again until the plan is empty. After an interruption the next run continues from the state of the catalog.
 *
 * @param client a direct connection of its own (no transaction pooling), outside a transaction
 * @throws OwnershipError that names the step that failed, with the cause
 */
export async function reconcileOwnership(
  client: Queryable,
  plan: OwnershipPlan,
  options: ReconcileOptions = {},
): Promise<{ done: Step[] }> {
  const { lockTimeout = 2_000, attempts = 12, waitFor = 60_000, contract = false, onStep, onBatch } = options
  const done: Step[] = []
  await lock(client, waitFor)
  try {
    const settings = { 'usertwo.user_id': 'system', lock_timeout: `${lockTimeout}`, statement_timeout: '0' }
    await withSettings(client, settings, async () => {
      for (let round = 1; ; round++) {
        const steps = await planOwnership(client, plan, { contract })
        if (steps.length === 0) return
        if (round > ROUNDS)
          throw new OwnershipError(
            steps.map((step) => `${step.name}: done and still missing; look at it by hand`),
          )
        for (const step of steps) {
          await onStep?.(step)
          const outcome = await attempt(client, step, attempts, onBatch)
          if (outcome === 'again') break
          done.push(step)
        }
      }
    })
  } finally {
    // If the connection is gone, its lock is gone too.
    await client.query('select pg_catalog.pg_advisory_unlock($1, $2)', [...LOCK]).catch(() => {})
  }
  return { done }
}

async function lock(client: Queryable, waitFor: number): Promise<void> {
  const until = Date.now() + waitFor
  for (;;) {
    const { rows } = await client.query<{ got: boolean }>(
      'select pg_catalog.pg_try_advisory_lock($1, $2) as got',
      [...LOCK],
    )
    if (rows[0]?.got) return
    if (Date.now() > until)
      throw new OwnershipError([
        'another run is changing ownership in this database; wait for it, then try again',
      ])
    await sleep(LOCK_POLL_MS)
  }
}

/** 'again': a concurrent build failed and left something behind, so the plan must be made again. */
async function attempt(
  client: Queryable,
  step: Step,
  attempts: number,
  onBatch: ReconcileOptions['onBatch'],
): Promise<'done' | 'again'> {
  for (let tried = 1; ; tried++) {
    try {
      await run(client, step, onBatch)
      return 'done'
    } catch (cause) {
      const retry = IN_THE_WAY.has(sqlState(cause)) && tried < attempts
      if (!retry) throw new OwnershipError([`${step.name}: ${reason(cause)}`], { cause })
      await sleep(Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** tried) * (0.5 + Math.random() / 2))
      if (!step.transactional && !step.batches) return 'again'
    }
  }
}

async function run(client: Queryable, step: Step, onBatch: ReconcileOptions['onBatch']): Promise<void> {
  if (step.batches) return runBatches(client, step, step.batches, onBatch)
  // A short lock timeout would cancel a concurrent build while it waits for older transactions.
  if (!step.transactional)
    return withSettings(client, { lock_timeout: '0' }, async () => {
      await client.query(step.sql)
    })
  await client.query('begin')
  try {
    await client.query(step.sql)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

/** Walks through the table's pages once; each batch commits by itself, and repeating one changes nothing. */
async function runBatches(
  client: Queryable,
  step: Step,
  table: string,
  onBatch: ReconcileOptions['onBatch'],
): Promise<void> {
  const { rows } = await client.query<{ pages: number; rows: number }>(
    `select (pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::int)::int as pages,
       greatest(c.reltuples, 0)::float8 as rows from pg_catalog.pg_class c where c.oid = $1::regclass`,
    [table],
  )
  const { pages = 0, rows: of = 0 } = rows[0] ?? {}
  for (let page = 0; page <= pages; page += BATCH_PAGES) {
    await client.query(step.sql, [`(${page},0)`, `(${page + BATCH_PAGES},0)`])
    const share = Math.min(1, (page + BATCH_PAGES) / Math.max(1, pages))
    onBatch?.(step, { rows: Math.round(of * share), of: Math.round(of) })
  }
}

function reason(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  const code = sqlState(cause)
  if (IN_THE_WAY.has(code))
    return `${text} (${code}); other transactions hold its table: see pg_blocking_pids(), end them or run it at a quieter time`
  if (code === '23503')
    return `${text} (${code}); rows reference a missing user or another user's row: correct them, then run again`
  if (code === '42501') return `${text} (${code}); run it as the role that owns the tables and the database`
  return code ? `${text} (${code})` : text
}
