import { sharedSoFar } from '../../../../src/core/process/store.js'

/**
 * Returns the copies of pg with which the start tested that the binding of a query lasts; null if it did not.
 * Reads the process-wide store, to which the app's copy of the package has written them.
 */
export function triedBy(): string[] | null {
  return sharedSoFar<{ tried: string[] | null }>('binding-lasts')?.tried ?? null
}
