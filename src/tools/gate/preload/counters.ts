import { sharedSoFar } from '../../../core/process/store.js'
import type { Counted, Counters } from '../../../phases/6-isolation/usage/counters.js'

/** What the isolation layers of this process did; the store is asked, as the app's copy of the package is not this one. */
export function sharedCounters(): Counted[] {
  return sharedSoFar<{ counters: Counters | null }>('counters')?.counters?.all() ?? []
}
