import { sharedSoFar } from '../../../core/process/store.js'
import type { Counted, Tally } from '../../../phases/6-isolation/usage/tally.js'

/** What the isolation layers of this process did; the store is asked, as the app's copy of the package is not this one. */
export function sharedTally(): Counted[] {
  return sharedSoFar<{ tally: Tally | null }>('tally')?.tally?.all() ?? []
}
