import { AsyncResource } from 'node:async_hooks'
import type { EventEmitter } from 'node:events'

/** What this emitter tells from now on runs in the context at hand; Node's own is that of the connection. */
export function keepContext(emitter: EventEmitter): void {
  const here = new AsyncResource('usertwo.events')
  const { emit } = emitter
  // Named before it is set: a function that is written where a property is set V8 makes old from birth (seen on Node 24),
  // and with it all of the request lives until the next full collection.
  const inContext: typeof emit = (...args) => here.runInAsyncScope(emit, emitter, ...args)
  emitter.emit = inContext
}
