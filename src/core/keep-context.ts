import { AsyncResource } from 'node:async_hooks'
import type { EventEmitter } from 'node:events'

/** Makes emitters emit in the current context from now on; Node's own is that of the connection. */
export function keepContext(...emitters: EventEmitter[]): void {
  const here = new AsyncResource('usertwo.events')
  for (const emitter of emitters) {
    const { emit } = emitter
    const inContext: typeof emit = (...args) => here.runInAsyncScope(emit, emitter, ...args)
    emitter.emit = inContext
  }
}
