import { shared } from '../../../../core/process/store.js'
import type { PgModule } from './driver.js'

/** A copy of pg that the app gave to `scope(db)`, and its version. */
export interface ScopedDriver {
  pg: PgModule
  version: string
}

// Shared by copies of this package, as the hooks are.
const drivers = shared('drivers', () => new Map<PgModule, ScopedDriver>())

export function rememberDriver(driver: ScopedDriver): void {
  drivers.set(driver.pg, driver)
}

/** The drivers that this process has scoped so far. */
export function scopedDrivers(): ScopedDriver[] {
  return [...drivers.values()]
}
