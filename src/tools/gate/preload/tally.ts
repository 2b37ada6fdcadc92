import type { Counted, Tally } from '../../../phases/6-isolation/usage/tally.js'

/** What the isolation layers of this process did; the store is asked, as the app's copy of the package is not this one. */
export function sharedTally(): Counted[] {
  const tally = (globalThis as unknown as Record<symbol, Tally | null>)[Symbol.for('usertwo.tally')]
  return tally?.all() ?? []
}
