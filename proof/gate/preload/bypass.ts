import type { AsyncLocalStorage } from 'node:async_hooks'
import { sharedSoFar } from '../../../src/core/process/store.js'

/**
 * Gives mutants `usertwoBypass(work)`, which runs `work` past both layers, as the system. One place of an app
 * loses its protection while every other place keeps it. The function exists only in processes that a gate
 * started with mutants.
 */
export function offerBypass(): void {
  const bypass = (work: () => unknown) => {
    const { store } = sharedSoFar<{ store: AsyncLocalStorage<unknown> }>('context')!
    // A query runs as the user who is current when it is awaited, hence the await here.
    return store.run({ kind: 'system', reason: 'a mutant of a gate' }, async () => await work())
  }
  Object.defineProperty(globalThis, 'usertwoBypass', { value: bypass })
}
