import { sharedSoFar } from '../../../../src/core/process/store.js'

/**
 * By which copies of pg the start has tried that a bound query lasts; null: it has not. Read from the
 * process-wide store, where the app's copy of the package has put it.
 */
export function triedBy(): string[] | null {
  return sharedSoFar<{ tried: string[] | null }>('binding-lasts')?.tried ?? null
}
