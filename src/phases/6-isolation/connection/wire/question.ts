import { AsyncResource } from 'node:async_hooks'
import type { Callback, PgClient, QueryClass, Submittable } from '../driver/driver.js'

/** One public call of `client.query` as one query object, and what the call returns at once. */
export interface PublicCall {
  asked: Submittable
  answer: unknown
}

/**
 * Builds the query object that pg itself would build from a text or a config, so that promise and callback become one
 * case with the objects that have their own `submit`. Callbacks run in the context of the public call.
 */
export function question(
  client: PgClient,
  Query: QueryClass,
  config: unknown,
  values: unknown,
  callback: unknown,
): PublicCall {
  const { text, values: given } = config as { text?: unknown; values?: unknown }
  // pg copies a config with the descriptors of all its properties, which takes longer than the rest of this function.
  const asked =
    onlySettles(values) && given && hasOnly(config, 'text', 'values')
      ? new Query(text, given, values)
      : new Query(config, values, callback)
  const timeout = (config as { query_timeout?: unknown }).query_timeout
  if (timeout) asked.query_timeout = timeout
  if (asked.callback === undefined || asked.callback === null)
    return { asked, answer: promised(client, asked) }
  if (typeof asked.callback !== 'function') throw new TypeError('callback is not a function')
  if (!onlySettles(asked.callback)) asked.callback = inThisContext(asked.callback)
  return { asked, answer: undefined }
}

function hasOnly(config: unknown, ...keys: string[]): boolean {
  for (const key in config as object) if (!keys.includes(key)) return false
  return true
}

// On the callback itself: a function that another tool puts in its place may do more. Shared by copies of this package.
const ONLY_SETTLES = Symbol.for('usertwo.only-settles')
type Settling = Callback & { [ONLY_SETTLES]?: true }

/** Whether a callback only settles a promise, in which case `await` restores the context. */
function onlySettles(callback: unknown): boolean {
  return typeof callback === 'function' && (callback as Settling)[ONLY_SETTLES] === true
}

interface Connection {
  query(config: unknown, callback: Callback): unknown
}

const settlers = new WeakMap<object, object>()

/** Wraps a connection for a caller that uses `query(config, callback)` only to settle promises. */
export function forPromises(connection: object): object {
  let lent = settlers.get(connection)
  if (!lent) {
    const query = (config: unknown, callback: Settling) => {
      callback[ONLY_SETTLES] = true
      return (connection as Connection).query(config, callback)
    }
    lent = Object.create(connection, { query: { value: query } }) as object
    settlers.set(connection, lent)
  }
  return lent
}

/** Whether a query has its own `submit`: a cursor, a query stream, a copy stream, a `new Query()`. */
export function isSubmittable(config: unknown): config is Submittable {
  return typeof (config as Submittable).submit === 'function'
}

/** Binds a callback to the context of the call that passed it; returns anything else as it is. */
export function inContext(callback: unknown): unknown {
  return typeof callback === 'function' ? inThisContext(callback as Callback) : callback
}

/** Like `AsyncResource.bind`, which is several times slower in Node 20. */
export function inThisContext(callback: Callback): Callback {
  const here = new AsyncResource('usertwo.callback')
  return function (this: unknown, ...results) {
    return here.runInAsyncScope(callback, this, ...results)
  }
}

function promised(client: PgClient, asked: Submittable): Promise<unknown> {
  const Chosen = client._Promise ?? Promise
  const answer = new Chosen<unknown>((resolve, reject) => {
    const settle: Callback = (error, result) => (error ? reject(error) : resolve(result))
    asked.callback = settle
  })
  return answer.catch((error: unknown) => {
    // As pg does, so that the stack leads to the app's call instead of the socket.
    if (error instanceof Error) Error.captureStackTrace(error)
    throw error
  })
}
