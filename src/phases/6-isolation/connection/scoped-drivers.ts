import type { PgModule } from './driver.js'

/** A copy of pg that the app gave to `scope(db)`, and its version. */
export interface ScopedDriver {
  pg: PgModule
  version: string
}

// Shared by copies of this package, as the hooks are.
const KEY = Symbol.for('usertwo.connection.drivers')
const globals = globalThis as { [KEY]?: Map<PgModule, ScopedDriver> }

export function rememberDriver(driver: ScopedDriver): void {
  globals[KEY] ??= new Map()
  globals[KEY].set(driver.pg, driver)
}

/** Those of this process so far. */
export function scopedDrivers(): ScopedDriver[] {
  return [...(globals[KEY]?.values() ?? [])]
}
