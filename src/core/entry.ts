import { AsyncLocalStorage } from 'node:async_hooks'
import { shared } from './process/store.js'

/** What is known of the code at hand. A class, not a literal: see `Here` in `express/matched.ts`. */
class Entry {
  constructor(
    readonly who: unknown,
    readonly request: unknown,
  ) {}
}

// One store: Node 24 copies a map of all stores at each entry into one of them, so two cost more than twice as much.
const { entries } = shared('entries', () => ({ entries: new AsyncLocalStorage<Entry>() }))

/** What code needs of an AsyncLocalStorage: other copies of this package may have one of their own in its place. */
export type Store<Value> = Pick<AsyncLocalStorage<Value>, 'getStore' | 'run'>

/** Whom the code at hand acts for. `run` takes the request along, where one is given. */
export class ActingStore<Who> implements Store<Who> {
  getStore(): Who | undefined {
    return entries.getStore()?.who as Who | undefined
  }
  run(who: Who, work: (...given: never[]) => unknown, request: unknown = entries.getStore()?.request): never {
    return entries.run(new Entry(who, request), work as () => never)
  }
}

/** The request that the code at hand belongs to. */
export class RequestStore<Request> implements Store<Request> {
  getStore(): Request | undefined {
    return entries.getStore()?.request as Request | undefined
  }
  run(request: Request, work: (...given: never[]) => unknown): never {
    return entries.run(new Entry(entries.getStore()?.who, request), work as () => never)
  }
}
