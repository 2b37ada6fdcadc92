import { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import type { Knex } from 'knex'
import { patch } from '../core/process/patch.js'
import type { InnerApp } from '../express/inner-app.js'
import type { Layers } from './loading.js'
import type { Toolkit } from './toolkit.js'

type Init = (this: object, options: unknown) => unknown
type On = (this: object, event: string | symbol, listener: never) => unknown
/** What to do with an emitter of a kind once Node has constructed it. */
type Catch = (made: object) => void

const INIT = {
  of: 'EventEmitter.init',
  why: 'clients, pools and HTTP servers are known when they are constructed',
}
const NOTING = 'Express calls it for each app, knex for each client'

/** Catches every pg client and pool, knex client, Express app and HTTP server during construction. */
export function catchConstructors({ apps, toolkit, settled, isUnsaid }: Layers): () => void {
  /** handles made before the dial was set */
  const early: Knex.Client[] = []

  function reached(now: Toolkit | null): Toolkit | null {
    if (now) for (const client of early.splice(0)) now.scopeClient(client)
    return now
  }

  const caughtClient: Catch = (client) => reached(settled())?.scopeDriver(classOf(client, 'getStartupConf'))
  const caughtPool: Catch = (pool) => reached(toolkit())?.scopePool(pool)
  const caughtServer: Catch = (made) => {
    const server = made as Server
    const now = reached(toolkit())
    if (now) now.guard(server)
    else server.once('listening', () => reached(settled())?.guard(server))
  }

  /** By shape, because the app may have several copies. Only checks for names, since a getter may throw. */
  function kindOf(prototype: object): Catch | null {
    if ('getStartupConf' in prototype && 'query' in prototype) return caughtClient
    if ('newClient' in prototype && '_pulseQueue' in prototype) return caughtPool
    return 'closeAllConnections' in prototype || 'updateSettings' in prototype ? caughtServer : null
  }

  const initialised = catching(kindOf)
  const noting = (on: On): On =>
    function (event, listener) {
      if (event === 'mount' && typeof this === 'function' && 'handle' in this) apps.add(this as InnerApp)
      else if (event === 'start' && 'queryCompiler' in this) caughtKnex(this as Knex.Client)
      return on.call(this, event, listener)
    }
  function caughtKnex(client: Knex.Client & { transacting?: boolean }) {
    // The client of a transaction inherits from the one it began on; without a driver it only compiles.
    if (client.transacting || !client.driver) return
    const now = reached(toolkit())
    if (now) now.scopeClient(client)
    else if (isUnsaid()) early.push(client)
  }

  const emitter = EventEmitter as unknown as { init: Init; prototype: { on: On; addListener: On } }
  const undo = [
    patch(emitter, 'init', initialised, INIT),
    ...(['on', 'addListener'] as const).map((name) =>
      patch(emitter.prototype, name, noting, { of: `EventEmitter.prototype.${name}`, why: NOTING }),
    ),
  ]
  return () => undo.forEach((step) => void step())
}

/** Passes each object that Node makes an emitter to the function for its kind. */
function catching(kindOf: (prototype: object) => Catch | null): (init: Init) => Init {
  const kinds = new WeakMap<object, Catch | null>()
  return (init) =>
    function (options) {
      const made = init.call(this, options)
      const prototype: object | null = Object.getPrototypeOf(this)
      if (prototype && !kinds.has(prototype)) kinds.set(prototype, kindOf(prototype))
      if (prototype) kinds.get(prototype)?.(this)
      return made
    }
}

/** The class that defines the method: a hook there applies to all subclasses. */
function classOf(made: object, method: string): { prototype: object } {
  let at = made
  while (!Object.hasOwn(at, method)) at = Object.getPrototypeOf(at)
  return at.constructor as never
}
