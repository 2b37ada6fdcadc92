import { ownPackage } from './own-package.js'
import { forEachCopyOfPg } from './pg-copies.js'

interface KnexLike {
  Client?: {
    prototype: { getPoolSettings?(...args: unknown[]): { min?: number; max?: number } }
  }
}

/**
 * Limits every pool of the process to `max` connections, whatever the app configures: those of every copy of `pg`,
 * and of the app's own knex. Both are changed where they are used, wherever they are made.
 */
export function limitPools(max: number): void {
  forEachCopyOfPg(({ Pool }) => {
    if (!Pool) return
    const { connect } = Pool.prototype
    Pool.prototype.connect = function limited(...args) {
      if (this.options) this.options.max = Math.min(max, this.options.max ?? max)
      return Reflect.apply(connect, this, args)
    }
  })
  const client = ownPackage<KnexLike>('knex')?.Client?.prototype
  const settings = client?.getPoolSettings
  if (client && settings)
    client.getPoolSettings = function limited(...args) {
      const given = Reflect.apply(settings, this, args)
      return { ...given, min: 0, max: Math.min(max, given.max ?? max) }
    }
}
