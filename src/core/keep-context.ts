import { AsyncResource } from 'node:async_hooks'
import type { EventEmitter } from 'node:events'

/** Makes an emitter emit in the current context from now on; Node's own is that of the connection. */
export function keepContext(emitter: EventEmitter): void {
  const here = new AsyncResource('usertwo.events')
  const { emit } = emitter
  // Named before it is assigned: V8 allocates a function written in an assignment to a property as old (seen
  // on Node 24), and with it the whole request lives until the next full collection.
  const inContext: typeof emit = (...args) => here.runInAsyncScope(emit, emitter, ...args)
  emitter.emit = inContext
}
