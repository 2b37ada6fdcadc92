import { answer } from '../answer.js'

/** Where each copy of the toolkit looks what it shares with the others: src/core/process/store.ts. */
const STORE = Symbol.for('usertwo')
/** What the gate's copies say of themselves as they are loaded. */
export const EDITED = Symbol.for('usertwo.gate.edited')

/** Answers whether every copy of the toolkit that the process has loaded is one of the gate's. */
export function watchCopies(): void {
  const globals = globalThis as Record<symbol, unknown>
  let loaded = 0
  let edited = 0
  // Each copy asks once, while it is loaded.
  class Counting extends Map<string, object> {
    override get(name: string) {
      if (name === 'context') loaded++
      return super.get(name)
    }
  }
  globals[STORE] = new Counting((globals[STORE] as Map<string, object> | undefined) ?? [])
  globals[EDITED] = () => edited++
  answer('toolkit', () => {
    if (loaded === 0) return 'none'
    if (edited === 0) return 'not edited'
    return edited === loaded ? 'edited' : 'partly edited'
  })
}
