import { AsyncResource } from 'node:async_hooks'
import type { EventEmitter } from 'node:events'

/** What this emitter tells from now on runs in the context at hand; Node's own is that of the connection. */
export function keepContext(emitter: EventEmitter): void {
  const here = new AsyncResource('usertwo.events')
  const { emit } = emitter
  emitter.emit = (...args: Parameters<typeof emit>) => here.runInAsyncScope(emit, emitter, ...args)
}
