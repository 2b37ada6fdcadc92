import { sharedSoFar } from '../../../src/core/process/store.js'
import type { Counted, Counters } from '../../../src/phases/6-isolation/usage/counters.js'

/**
 * What the isolation layers of this process did. Read from the process-wide store: the app has another copy
 * of the package than this one.
 */
export function sharedCounters(): Counted[] {
  return sharedSoFar<{ counters: Counters | null }>('counters')?.counters?.all() ?? []
}
