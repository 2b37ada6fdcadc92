// Loaded in front of a variant's process (`--import`): counts what each request creates, reads and writes. Everything is
// slower with it, so nothing is timed here.
import { AsyncLocalStorage, AsyncResource, createHook } from 'node:async_hooks'
import { ServerResponse } from 'node:http'

let counts = null
const add = (what) => {
  if (counts) counts[what] = (counts[what] ?? 0) + 1
}

const CREATED = { PROMISE: 'promises', Immediate: 'immediates' }
createHook({
  init(_id, type) {
    if (type in CREATED) add(CREATED[type])
  },
}).enable()

const OutgoingMessage = Object.getPrototypeOf(ServerResponse.prototype)
for (const [owner, methods, what] of [
  [AsyncLocalStorage.prototype, ['run'], 'context entries'],
  [AsyncLocalStorage.prototype, ['getStore'], 'context reads'],
  [AsyncResource.prototype, ['runInAsyncScope'], 'scopes'],
  [OutgoingMessage, ['setHeader', 'getHeader', 'hasHeader', 'removeHeader'], 'header operations'],
])
  for (const method of methods) {
    const real = owner[method]
    owner[method] = function (...args) {
      add(what)
      return Reflect.apply(real, this, args)
    }
  }

process.on('message', ({ count }) => {
  const counted = counts
  counts = count ? {} : null
  process.send(counted ?? {})
})
