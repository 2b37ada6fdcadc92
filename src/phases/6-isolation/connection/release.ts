import { patch } from '../../../core/process/patch.js'
import type { PgClient } from './driver/driver.js'
import { handedOut, insideTransaction, pooled } from './session.js'

/** On a knex client whose builder queries are restricted to the current user when they are compiled. */
export const COMPILES = Symbol('usertwo.compiles')

/** The parts of a knex client (0.20 to 3) that the fix uses. Structural, because the app's copy is another one. */
export interface ReleasingClient {
  runner(builder: unknown): KnexRunner
  acquireRawConnection(): Promise<unknown>
  acquireConnection(): Promise<unknown>
  releaseConnection(connection: unknown): Promise<unknown>
  [COMPILES]?: true
}

interface KnexRunner {
  client: ReleasingClient
  stream(...options: unknown[]): unknown
}

/** The versions of knex that both layers support. */
export const KNEX_VERSIONS = 'knex 0.20 to 3'
const WHY = 'a stream gives its connection back once, and one inside an open transaction is closed'

const OPENS = 'what the app sets while a connection opens, in `afterCreate`, stays'

/**
 * Makes the release of a stream count once. A knex stream releases its connection twice (knex #6288), and the
 * second time takes it from the caller that acquired it in between: two transactions then share one
 * connection. A connection released inside an open transaction is closed.
 */
export function releaseOnce(client: ReleasingClient): void {
  patch(
    client,
    'runner',
    (runner) =>
      function (this: ReleasingClient, builder) {
        const made = runner.call(this, builder)
        made.stream = streamOnce
        return made
      },
    { of: 'knex client.runner', versions: KNEX_VERSIONS, why: WHY },
  )
  patch(
    client,
    'acquireRawConnection',
    (acquire) =>
      async function (this: ReleasingClient) {
        const connection = await acquire.call(this)
        pooled(connection as object, false)
        return connection
      },
    { of: 'knex client.acquireRawConnection', versions: KNEX_VERSIONS, why: OPENS },
  )
  patch(
    client,
    'acquireConnection',
    (acquire) =>
      async function (this: ReleasingClient) {
        const connection = await acquire.call(this)
        pooled(connection as object, true)
        if (this[COMPILES]) handedOut(connection as object)
        return connection
      },
    { of: 'knex client.acquireConnection', versions: KNEX_VERSIONS, why: OPENS },
  )
  patch(
    client,
    'releaseConnection',
    (releaseConnection) =>
      function (this: ReleasingClient, connection) {
        if (insideTransaction(connection as object)) dispose(connection)
        return releaseConnection.call(this, connection)
      },
    { of: 'knex client.releaseConnection', versions: KNEX_VERSIONS, why: WHY },
  )
}

/** Replaces `runner.stream`, which `runner.pipe` calls too. */
function streamOnce(this: KnexRunner, ...options: unknown[]): unknown {
  const { stream } = Object.getPrototypeOf(this) as KnexRunner
  this.client = checkout(this.client)
  return stream.apply(this, options)
}

/** The client as one stream sees it: the stream can release only its own connection, and only once. */
function checkout(client: ReleasingClient): ReleasingClient {
  let held: unknown
  return Object.create(client, {
    acquireConnection: {
      value: async () => {
        held = await client.acquireConnection()
        return held
      },
    },
    releaseConnection: {
      value: async (connection: unknown) => {
        if (connection !== held) return
        held = undefined
        await client.releaseConnection(connection)
      },
    },
  })
}

/** knex closes a connection marked like this instead of reusing it; closing it now releases its locks at once. */
function dispose(connection: unknown): void {
  const client = connection as { __knex__disposed?: unknown; end(): Promise<unknown> }
  client.__knex__disposed = new Error('released inside an open transaction')
  client.end().catch(() => {}) // already closing
}

/** The same for pg's own pool: a client released inside an open transaction is closed, not reused. */
export function releaseClosed(client: PgClient): void {
  const release = client.release
  if (!release) return
  let released = false
  const releaseSettled: typeof release = (error) => {
    if (released) throw new Error('Release called on client which has already been released to the pool.')
    released = true
    // A dead connection answers nothing more, and would keep its place in the pool for ever.
    const isBusy = client.readyForQuery === false && client._queryable !== false && !client._ended
    if (error || (!isBusy && !insideTransaction(client))) return release(error)
    if (!isBusy) return release(true)
    // A BEGIN or a COMMIT may be in flight: whether a transaction is open is known when everything is answered.
    whenSettled(client, (failed) => release(failed || insideTransaction(client)))
  }
  client.release = releaseSettled
}

function whenSettled(client: PgClient, then: (failed: unknown) => void): void {
  const settle = (error?: unknown) => {
    for (const [event, listener] of listeners) client.removeListener(event, listener)
    then(error)
  }
  const listeners: [string, (error?: unknown) => void][] = [
    ['drain', () => settle()],
    ['error', (error) => settle(error ?? true)],
    ['end', () => settle(true)],
  ]
  for (const [event, listener] of listeners) client.once(event, listener)
}
