import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import { loadedModules, valueIn } from '../../../src/phases/6-isolation/start/loaded.js'
import { ownPackage } from './own-package.js'

const { cache } = createRequire(import.meta.url)

/** The parts of `pg` that the preload changes. */
export interface PgCopy {
  Pool?: {
    prototype: {
      connect(this: { options?: { max?: number } }, ...args: unknown[]): unknown
      query?(...args: unknown[]): unknown
    }
  }
  Client?: { prototype: { query?(...args: unknown[]): unknown } }
  Query?: {
    prototype: {
      handleCommandComplete?(this: { text?: unknown; values?: unknown }, message: { text?: string }): unknown
    }
  }
}

/**
 * Calls `change` once with each copy of pg that this process uses: the app's own at once, and those of other packages,
 * which the app itself cannot load (pnpm, pg-promise), when a connection opens, before a query is sent by it.
 */
export function forEachCopyOfPg(change: (pg: PgCopy) => void): void {
  const changed = new Set<PgCopy>()
  const once = (pg: PgCopy) => {
    if (changed.has(pg)) return
    changed.add(pg)
    change(pg)
  }
  const own = ownPackage<PgCopy>('pg')
  if (own) once(own)
  const { connect } = Socket.prototype
  let looked = 0
  Socket.prototype.connect = function connecting(this: Socket, ...args: unknown[]) {
    // Each request of some checks opens a connection, and an app has hundreds of modules.
    const now = Object.keys(cache).length
    if (now !== looked) {
      for (const { exports } of loadedModules('pg', isPg)) once(exports)
      looked = Object.values(cache).every((one) => !one || valueIn(one, 'loaded') !== false) ? now : 0
    }
    return Reflect.apply(connect, this, args)
  }
}

function isPg(exports: unknown): exports is PgCopy {
  const { Pool, Query } = exports as PgCopy
  return typeof Pool === 'function' && typeof Query === 'function'
}
