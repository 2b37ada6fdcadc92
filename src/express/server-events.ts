import {
  Server as HttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  ServerResponse,
} from 'node:http'
import type { Duplex } from 'node:stream'
import { Server as TlsServer } from 'node:tls'
import { keepContext } from '../core/keep-context.js'
import { patch } from '../core/process/patch.js'
import { shared } from '../core/process/store.js'
import { asNodeMade } from './inner-app.js'
import { type RequestClasses, useClasses } from './request-classes.js'

type Emit = (this: Server, event: string, ...args: unknown[]) => boolean
type On = (this: Server, event: string, listener: unknown) => Server

/** Events that carry a request past every request listener. */
const SWITCHED = new Set(['upgrade', 'connect'])
const BESIDE = new Set(['request', 'checkContinue', 'checkExpectation'])

interface Guard {
  listener: RequestListener
  classes: RequestClasses
  /** servers with this listener, even if other code replaced it later */
  servers: WeakSet<Server>
  /** if present, the guard covers every other server of the process */
  leaves?(server: Server): boolean
  /** called with each server that gets the listener */
  meets?(server: Server): void
}

const { guards, onward, switched, through } = shared('server-events', () => ({
  /** newest last */
  guards: [] as Guard[],
  onward: new WeakMap<IncomingMessage, () => void>(),
  switched: new WeakSet<IncomingMessage>(),
  through: new WeakSet<IncomingMessage>(),
}))

/**
 * Passes to `listener` what Node passes elsewhere: upgrades (WebSocket) and CONNECT of every server of this
 * process, and requests that another listener, such as socket.io's, takes first on servers with `listener`.
 * `goOnward` sends them on to their destination. @returns undo
 * @param options classes: of requests on servers with `listener`; leaves: if present, requests of all servers
 * go through `listener`, except of those for which it returns true
 */
export function guardServers(
  listener: RequestListener,
  { classes = {}, leaves, meets }: Partial<Pick<Guard, 'classes' | 'leaves' | 'meets'>> = {},
): () => void {
  const guard: Guard = {
    listener,
    classes,
    servers: new WeakSet(),
    ...(leaves && { leaves }),
    ...(meets && { meets }),
  }
  guards.push(guard)
  // Those of https and of HTTP/2 are servers of TLS; one that speaks HTTP/1 too emits what a server of http does.
  const undo = [patchServer('http', HttpServer), patchServer('tls', TlsServer)].flat()
  return () => {
    const at = guards.indexOf(guard)
    if (at !== -1) guards.splice(at, 1)
    for (const step of undo) step()
  }
}

/** Returns whether this request leaves HTTP: the only response it can get is a refusal. */
export function isSwitch(req: IncomingMessage): boolean {
  return switched.has(req)
}

/** Lets a guarded request continue to its destination. Returns false if that is the app. */
export function goOnward(req: IncomingMessage): boolean {
  const go = onward.get(req)
  if (!go) return false
  onward.delete(req)
  through.add(req)
  go()
  return true
}

/** Returns whether the layers let this request through before; it comes back from another listener. */
export function wentThrough(req: IncomingMessage): boolean {
  return through.has(req)
}

function patchServer(module: string, { prototype }: { prototype: object }): (() => void)[] {
  const server = prototype as { emit: Emit; on: On; addListener: On }
  const row = (name: string, why: string) => ({ of: `${module}.Server.prototype.${name}`, why })
  return [
    patch(
      server,
      'emit',
      guarded,
      row('emit', 'upgrades, CONNECT and requests taken by others pass the layers'),
    ),
    ...(['on', 'addListener'] as const).map((name) =>
      patch(server, name, noting, row(name, 'which servers were given the app')),
    ),
  ]
}

function noting(on: On): On {
  return function (event, listener) {
    if (event === 'request')
      for (const guard of guards)
        if (guard.listener === listener) {
          if (!guard.servers.has(this)) guard.meets?.(this)
          guard.servers.add(this)
          useClasses(this, guard.classes)
        }
    return on.call(this, event, listener)
  }
}

function guarded(emit: Emit): Emit {
  return function (event, ...args) {
    if (event === 'request' && isOnlyOurs(this)) return emit.call(this, event, ...args)
    const go = () => emit.call(this, event, ...args)
    if (SWITCHED.has(event)) {
      const newest = guards.findLast(({ leaves }) => !leaves?.(this))
      return newest ? switchGuarded(newest, go, args) : go()
    }
    if (!BESIDE.has(event)) return go()
    const guard = guards.find(({ servers, leaves }) => (leaves ? !leaves(this) : servers.has(this)))
    if (!guard || isAlone(this, event, guard)) return go()
    const [req, res] = args as [IncomingMessage, ServerResponse]
    onward.set(req, () => {
      asNodeMade(req, res)
      go()
    })
    guard.listener(req as never, res as never)
    return true
  }
}

/** Returns whether the newest guard already handles all requests of a server, and nothing else does. */
function isOnlyOurs(server: Server): boolean {
  for (const guard of guards) {
    const { servers, leaves } = guard
    if (leaves ? !leaves(server) : servers.has(server)) return isAlone(server, 'request', guard)
  }
  return false
}

function isAlone(server: Server, event: string, { listener }: Guard): boolean {
  return (
    event === 'request' && server.listenerCount(event) === 1 && server.listenerCount(event, listener) === 1
  )
}

/** Gives a request that leaves HTTP, which has a bare socket, a response with which it can be refused. */
function switchGuarded({ listener }: Guard, go: () => void, args: unknown[]): boolean {
  const [req, socket] = args as [IncomingMessage, Duplex]
  const res = new ServerResponse(req)
  res.shouldKeepAlive = false
  res.assignSocket(socket as never)
  // There is no listener yet, and an unhandled error event ends the process.
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
