import { createRequire } from 'node:module'
import { resolve } from 'node:path'

interface PoolLike {
  prototype: { connect(this: { options?: { max?: number } }, ...args: unknown[]): unknown }
}
interface KnexLike {
  Client?: {
    prototype: { getPoolSettings?(...args: unknown[]): { min?: number; max?: number } }
  }
}

/**
 * Limits every pool of the process to `max` connections, whatever the app configures: those of its own `pg`
 * and of its own knex. Both are changed where they are used, wherever they are made.
 */
export function limitPools(max: number): void {
  const pool = load<{ Pool?: PoolLike }>('pg')?.Pool?.prototype
  if (pool) {
    const { connect } = pool
    pool.connect = function limited(...args) {
      if (this.options) this.options.max = Math.min(max, this.options.max ?? max)
      return Reflect.apply(connect, this, args)
    }
  }
  const client = load<KnexLike>('knex')?.Client?.prototype
  const settings = client?.getPoolSettings
  if (client && settings)
    client.getPoolSettings = function limited(...args) {
      const given = Reflect.apply(settings, this, args)
      return { ...given, min: 0, max: Math.min(max, given.max ?? max) }
    }
}

function load<Module>(name: string): Module | null {
  try {
    return createRequire(resolve('app.js'))(name) as Module
  } catch {
    return null
  }
}
