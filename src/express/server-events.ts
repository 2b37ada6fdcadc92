import {
  Server as HttpServer,
  IncomingMessage,
  type RequestListener,
  type Server,
  ServerResponse,
} from 'node:http'
import { Server as HttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { keepContext } from '../core/keep-context.js'

type Emit = (this: Server, event: string, ...args: unknown[]) => boolean
type On = (this: Server, event: string, listener: unknown) => Server

/** Events that carry a request past every request listener. */
const SWITCHED = new Set(['upgrade', 'connect'])
const BESIDE = new Set(['request', 'checkContinue', 'checkExpectation'])

interface Guard {
  listener: RequestListener
  /** servers that were given the listener, also when somebody put their own in its place later */
  servers: WeakSet<Server>
}

// Newest last. The prototypes are hooked while there is one.
const guards: Guard[] = []
let unhook: (() => void) | null = null

const onward = new WeakMap<IncomingMessage, () => void>()
const switched = new WeakSet<IncomingMessage>()
const through = new WeakSet<IncomingMessage>()

/**
 * Sends through `listener` what Node hands to others than request listeners: upgrades (WebSocket) and CONNECT, of
 * every server of this process; and on servers that were given `listener`, requests that another listener takes
 * first, as socket.io's does. Where they go afterwards is up to `goOnward`. Returns how to stop.
 */
export function guardServers(listener: RequestListener): () => void {
  const guard: Guard = { listener, servers: new WeakSet() }
  guards.push(guard)
  unhook ??= hook()
  return () => {
    const at = guards.indexOf(guard)
    if (at !== -1) guards.splice(at, 1)
    if (guards.length > 0) return
    unhook?.()
    unhook = null
  }
}

/** Whether this request leaves HTTP: its answer, if it gets one, is a refusal. */
export function isSwitch(req: IncomingMessage): boolean {
  return switched.has(req)
}

/** Lets a guarded request go where it was heading. False: it was heading for the app. */
export function goOnward(req: IncomingMessage): boolean {
  const go = onward.get(req)
  if (!go) return false
  onward.delete(req)
  through.add(req)
  go()
  return true
}

/** Whether the layers let this request through already: it comes back from the listener that took it first. */
export function wentThrough(req: IncomingMessage): boolean {
  return through.has(req)
}

function hook(): () => void {
  const undo = [HttpServer.prototype, HttpsServer.prototype].flatMap((prototype) => {
    const { emit, on } = prototype as unknown as { emit: Emit; on: On }
    const noting: On = function (event, listener) {
      if (event === 'request')
        for (const guard of guards) if (guard.listener === listener) guard.servers.add(this)
      return on.call(this, event, listener)
    }
    const guarded: Emit = function (event, ...args) {
      const go = () => emit.call(this, event, ...args)
      const newest = guards.at(-1)
      if (newest && SWITCHED.has(event)) return switchGuarded(newest, go, args)
      if (!BESIDE.has(event)) return go()
      const guard = guards.find(({ servers }) => servers.has(this))
      if (!guard || isAlone(this, event, guard)) return go()
      const [req, res] = args as [IncomingMessage, ServerResponse]
      onward.set(req, () => {
        asNodeMade(req, res)
        go()
      })
      guard.listener(req as never, res as never)
      return true
    }
    return Object.entries({ emit: guarded, on: noting, addListener: noting }).map(([name, value]) =>
      put(prototype, name, value),
    )
  })
  return () => {
    for (const step of undo) step()
  }
}

/** Puts a method over what is there; gives how to put that back, unless somebody has put theirs over ours by then. */
function put(prototype: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(prototype, name)
  Object.defineProperty(prototype, name, { value, configurable: true, writable: true })
  return () => {
    if (Object.getOwnPropertyDescriptor(prototype, name)?.value !== value) return
    if (before) Object.defineProperty(prototype, name, before)
    else Reflect.deleteProperty(prototype, name)
  }
}

function isAlone(server: Server, event: string, { listener }: Guard): boolean {
  const listeners = server.listeners(event)
  return event === 'request' && listeners.length === 1 && listeners[0] === listener
}

/** A request that leaves HTTP has a bare socket: it gets an answer to be refused by, until it may go. */
function switchGuarded({ listener }: Guard, go: () => void, args: unknown[]): boolean {
  const [req, socket] = args as [IncomingMessage, Duplex]
  const res = new ServerResponse(req)
  res.shouldKeepAlive = false
  res.assignSocket(socket as never)
  // Nobody listens yet, and an error nobody listens to ends the process.
  const ignore = () => {}
  socket.on('error', ignore)
  res.on('finish', () => (socket as Duplex).end())
  switched.add(req)
  onward.set(req, () => {
    if (socket.destroyed) return
    res.detachSocket(socket as never)
    asNodeMade(req)
    keepContext(socket)
    go()
    socket.off('error', ignore)
  })
  listener(req as never, res as never)
  return true
}

/** Without what an outer Express made of it. */
function asNodeMade(req: IncomingMessage, res?: ServerResponse): void {
  Object.setPrototypeOf(req, IncomingMessage.prototype)
  if (res) Object.setPrototypeOf(res, ServerResponse.prototype)
}
