import type { AsyncResource } from 'node:async_hooks'
import type { PgClient, Submittable } from '../driver/driver.js'

type Method = (...given: unknown[]) => unknown
type Done = (error?: unknown) => unknown

/** A query object that may be an emitter of events, a readable stream or a writable one. */
interface Streaming extends Submittable {
  destroyed?: boolean
  readableEnded?: boolean
  emit?: Method
  handleError?: Method
  listenerCount?(event: string): number
  destroy?(error?: Error): unknown
  _destroy?(error: unknown, done: Done): unknown
  unpipe?: Method
  _write?: Method
  _writev?: Method
  _final?: Method
}

const hooked = new WeakSet<object>()
/** pg and the query object emit events, and pg reports a broken connection to it. */
const CALLED = ['emit', 'handleError'] as const
/** The last argument of each continues the writer, who waits for the socket to drain. */
const ANSWERED = ['_write', '_writev', '_final'] as const

/**
 * Runs the events of a query object, and the callbacks of what is written to it, for the user who sent it. A copy stream reads
 * and writes the socket itself, whose events belong to the user who opened the connection.
 *
 * @param askerOf the context of the call that sent it last: an object may be sent twice
 */
export function tellAsker(asked: Streaming, askerOf: () => AsyncResource): void {
  if (hooked.has(asked)) return
  hooked.add(asked)
  for (const name of CALLED) {
    const call = asked[name]
    if (typeof call !== 'function') continue
    const callForAsker: Method = (...given) => askerOf().runInAsyncScope(call, asked, ...given)
    asked[name] = callForAsker
  }
  for (const name of ANSWERED) {
    const call = asked[name]
    if (typeof call !== 'function') continue
    const answerForAsker: Method = (...given) => {
      const done = given.pop() as Method
      const doneForAsker: Method = (...results) => askerOf().runInAsyncScope(done, null, ...results)
      return call.call(asked, ...given, doneForAsker)
    }
    asked[name] = answerForAsker
  }
}

const unheard = () => {}

/**
 * Closes the connection of a copy that is destroyed before its end: nothing reads the rest of it, and the connection would
 * be stuck in whichever pool it is returned to.
 *
 * @returns to be called when the server has answered the copy: from then on the connection is of use again
 */
export function closeWhenLeft(asked: Streaming, client: PgClient): () => void {
  const { _destroy } = asked
  let answered = false
  const closeAndDestroy: typeof _destroy = (error, done) => {
    // pg reports the end of a connection to its query; the app has heard the end of this one.
    asked.handleError = unheard
    if (!answered && !asked.readableEnded) client.end?.()
    return _destroy ? _destroy.call(asked, error, done) : done(error)
  }
  asked._destroy = closeAndDestroy
  destroyWhenUnread(asked)
  return () => {
    answered = true
  }
}

/** Returns why a copy is not sent: it was destroyed while it waited for its turn. The app does not hear of it again. */
export function leftBefore(asked: Streaming): Error | null {
  if (!asked.destroyed) return null
  asked.handleError = unheard
  return new Error('the copy was destroyed before it was sent')
}

/**
 * Destroys a stream whose last reader has closed, as the answer to a browser that left does. `pipe` only pauses it, and an
 * app that waits for its end to release the connection would wait for ever. Without a listener its error is not emitted.
 */
function destroyWhenUnread(asked: Streaming): void {
  const { unpipe } = asked
  if (typeof unpipe !== 'function') return
  const unpipeOrDestroy: Method = (...given) => {
    const answer = unpipe.apply(asked, given)
    const reader = given[0] as { destroyed?: boolean } | undefined
    if (reader?.destroyed && !asked.readableEnded && asked.listenerCount?.('data') === 0) {
      const heard = asked.listenerCount('error') > 0
      asked.destroy?.(heard ? new Error('the reader of this copy closed before its end') : undefined)
    }
    return answer
  }
  asked.unpipe = unpipeOrDestroy
}
