import { sharedSoFar } from '../../../core/process/store.js'

/** By which copies of pg the start has tried its bindings; null: it has not. The store is the app's copy of the package's. */
export function triedBy(): string[] | null {
  return sharedSoFar<{ tried: string[] | null }>('binding-lasts')?.tried ?? null
}
