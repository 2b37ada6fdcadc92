import { AsyncLocalStorage } from 'node:async_hooks'
import { shared } from './store.js'

/**
 * The acting user and the request of the running code. A class, not a literal: V8 would allocate the literals
 * as old objects, and each keeps its request alive until a full collection.
 */
export class Entry {
  constructor(
    readonly who: unknown,
    readonly request: unknown,
  ) {}
}

// One store: Node 24 copies a map of all stores at each entry into one of them, so two cost more than twice as much.
export const { entries } = shared('entries', () => ({ entries: new AsyncLocalStorage<Entry>() }))

/** The parts of an AsyncLocalStorage that are used: other copies of this package may use their own. */
export type ContextStore<Value> = Pick<AsyncLocalStorage<Value>, 'getStore' | 'run'>

/** Stores whom the running code acts for. `run` keeps the request, unless one is given. */
export class ActingStore<Who> implements ContextStore<Who> {
  getStore = () => entries.getStore()?.who as Who | undefined
  run = (who: Who, work: () => unknown, request: unknown = entries.getStore()?.request) =>
    entries.run(new Entry(who, request), work) as never
}
