import { sharedSoFar } from '../../../src/core/process/store.js'
import type { Counted, Counters } from '../../../src/phases/6-isolation/usage/counters.js'

/**
 * Returns what the isolation layers of this process did. Reads the process-wide store, because the app has
 * another copy of the package than this one.
 */
export function sharedCounters(): Counted[] {
  return sharedSoFar<{ counters: Counters | null }>('counters')?.counters?.all() ?? []
}
