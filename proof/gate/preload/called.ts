import { appendFileSync } from 'node:fs'

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
