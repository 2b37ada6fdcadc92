import { answer } from '../answer.js'

/** The key under which copies of usertwo share their state: src/core/process/store.ts. */
const STORE = Symbol.for('usertwo')
/** The mark that the gate's copies call when they are loaded. */
export const EDITED = Symbol.for('usertwo.gate.edited')

/** Answers whether every copy of usertwo that the process has loaded is one of the gate's. */
export function watchCopies(): void {
  const globals = globalThis as Record<symbol, unknown>
  let loaded = 0
  let edited = 0
  // Each copy reads the store once while it is loaded.
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
