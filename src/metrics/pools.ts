import type { Kit } from '../core/kit.js'
import { appHandles } from '../core/process/stop.js'
import type { Labels } from './prom-client.js'

export interface PoolState {
  max: number
  /** open connections */
  size: number
  idle: number
  /** how many callers wait for a connection */
  waiting: number
}

/** A pool of pg. */
interface PgPool {
  options: { max: number }
  ended: boolean
  totalCount: number
  idleCount: number
  waitingCount: number
}
/** A pool of knex (tarn). */
interface KnexPool {
  max: number
  numUsed(): number
  numFree(): number
  numPendingAcquires(): number
}
/** Where a handle has its pool: knex, a client of knex. */
interface Handle {
  client?: { pool?: object }
  pool?: object
}

/**
 * Returns the pools of the databases: `app` for those of the handles that `scope(db)` was given, `usertwo` for
 * usertwo's own, which is open from phase 4.
 */
export function databasePools(kit: Kit): [object, Labels][] {
  const own = kit.has('auth') ? poolsOf(kit.db) : []
  return [
    ...own.map((pool): [object, Labels] => [pool, { pool: 'usertwo' }]),
    ...appHandles()
      .flatMap(poolsOf)
      .map((pool): [object, Labels] => [pool, { pool: 'app' }]),
  ]
}

function poolsOf(handle: Handle): object[] {
  const { client, pool } = handle
  return [handle, client?.pool, pool].filter(
    (one) => one !== undefined && poolState(one) !== null,
  ) as object[]
}

/** Returns what a pool of pg or knex does right now; null for one that has ended, and for anything else. */
export function poolState(pool: object | undefined): PoolState | null {
  if (isPgPool(pool)) {
    if (pool.ended) return null
    const { options, totalCount: size, idleCount: idle, waitingCount: waiting } = pool
    return { max: options.max, size, idle, waiting }
  }
  if (!isKnexPool(pool)) return null
  const idle = pool.numFree()
  return { max: pool.max, size: pool.numUsed() + idle, idle, waiting: pool.numPendingAcquires() }
}

const isPgPool = (pool: object | undefined): pool is PgPool =>
  typeof pool === 'object' && 'totalCount' in pool && 'idleCount' in pool && 'waitingCount' in pool

const isKnexPool = (pool: object | undefined): pool is KnexPool =>
  typeof pool === 'object' && 'numUsed' in pool && 'numFree' in pool && 'numPendingAcquires' in pool
