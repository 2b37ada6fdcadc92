import { AsyncLocalStorage } from 'node:async_hooks'
import { shared } from './store.js'

/**
 * Of the code at hand: whom it acts for, and the request. A class, not a literal: V8 would allocate the literals as old
 * objects, each of which holds its request until all memory is collected.
 */
export class Entry {
  constructor(
    readonly who: unknown,
    readonly request: unknown,
  ) {}
}

// One store: Node 24 copies a map of all stores at each entry into one of them, so two cost more than twice as much.
export const { entries } = shared('entries', () => ({ entries: new AsyncLocalStorage<Entry>() }))

/** What code needs of an AsyncLocalStorage: other copies of this package may have one of their own in its place. */
export type ContextStore<Value> = Pick<AsyncLocalStorage<Value>, 'getStore' | 'run'>

/** Whom the code at hand acts for. `run` takes the request along, where one is given. */
export class ActingStore<Who> implements ContextStore<Who> {
  getStore = () => entries.getStore()?.who as Who | undefined
  run = (who: Who, work: () => unknown, request: unknown = entries.getStore()?.request) =>
    entries.run(new Entry(who, request), work) as never
}
