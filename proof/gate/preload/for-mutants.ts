import type { AsyncLocalStorage } from 'node:async_hooks'
import { appendFileSync, readFileSync } from 'node:fs'
import { sharedSoFar } from '../../../src/core/process/store.js'

// biome-ignore lint/complexity/noBannedTypes: whatever can be called, or made with `new`
type Override = Function

/**
 * Records in a file which of the gate's mutants this process has called. A mutant that never ran says nothing
 * about a check.
 */
export function noteCalls(file: string): void {
  const noted = new Set<string>()
  const note = (mutant: string) => {
    if (noted.has(mutant)) return
    noted.add(mutant)
    appendFileSync(file, `${mutant}\n`)
  }
  const reporting = (override: Override, mutant: string) =>
    new Proxy(override, {
      apply(called, self, args) {
        note(mutant)
        return Reflect.apply(called, self, args)
      },
      construct(called, args, as) {
        note(mutant)
        return Reflect.construct(called, args, as) as object
      },
    })
  Object.defineProperty(globalThis, Symbol.for('usertwo.gate.reporting'), { value: reporting })
}

/** Keeps the configuration that replaces the app's own until the gate's mutant of `parseConfig` reads it. */
export function giveConfig(file: string): void {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
  Object.defineProperty(globalThis, Symbol.for('usertwo.gate.config'), { value })
}

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
