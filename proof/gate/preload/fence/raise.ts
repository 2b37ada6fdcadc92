import dgram from 'node:dgram'
import dns from 'node:dns'
import { appendFileSync, readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net, { isIP } from 'node:net'
import { join } from 'node:path'
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'
import { handOn } from '../../../../src/run/children.js'
import { framesHere } from '../stack.js'
import { FENCE, type FenceOrders, LISTENING } from './orders.js'
import { isLoopback, type NetworkPlace, namesPlace } from './places.js'
import { type Refuse, refuseInto } from './refuse.js'
import { fenceSockets } from './sockets.js'

/**
 * Keeps this process, its threads and its Node children away from every server except the gate's, if the
 * environment has fence orders.
 */
export function raiseFence(): void {
  const given = process.env[FENCE] ?? getEnvironmentData(FENCE)
  delete process.env[FENCE]
  if (typeof given !== 'string') return
  const orders = JSON.parse(given) as FenceOrders
  const refuse = refuseInto(orders)
  const isOwn = ownPlaces(orders)
  fenceSockets(orders, isOwn, refuse)
  fenceDatagrams(orders, isOwn, refuse)
  fenceLookups(orders, refuse)
  handOn(FENCE, () => given)
  setEnvironmentData(FENCE, given)
  // For `import { lookup } from 'node:dns'`.
  syncBuiltinESMExports()
}

/** Restricts datagrams to the places that sockets may reach. */
function fenceDatagrams(
  orders: FenceOrders,
  isOwn: (place: NetworkPlace, kind: 'udp') => boolean,
  refuse: Refuse,
): void {
  const isOpen = (place: NetworkPlace) =>
    [...orders.open, ...orders.named].some((one) => namesPlace(one, place)) || isOwn(place, 'udp')
  const { send, connect } = dgram.Socket.prototype
  dgram.Socket.prototype.send = function fenced(this: dgram.Socket, ...args: unknown[]) {
    const place = destination(args)
    if (!place || isOpen(place)) return Reflect.apply(send, this, args)
    const error = refuse(place, { frames: framesHere() })
    const done = args.at(-1)
    process.nextTick(() => (typeof done === 'function' ? done(error) : this.emit('error', error)))
  } as typeof send
  dgram.Socket.prototype.connect = function fenced(this: dgram.Socket, ...args: unknown[]) {
    const [port, host] = args
    const place = { host: typeof host === 'string' ? host.toLowerCase() : 'localhost', port: Number(port) }
    if (isOpen(place)) return Reflect.apply(connect, this, args)
    const error = refuse(place, { frames: framesHere() })
    const done = args.at(-1)
    process.nextTick(() => (typeof done === 'function' ? done(error) : this.emit('error', error)))
  } as typeof connect
}

/**
 * Returns the destination of `send(what, port, host?)` or `send(what, offset, length, port, host?)`,
 * distinguished as Node does; null if the socket is connected.
 */
function destination(args: readonly unknown[]): NetworkPlace | null {
  const [, a, b, c, d] = args
  const long = d || (c && typeof c !== 'function')
  const [port, host] = long ? [c, d] : [a, b]
  if (typeof port !== 'number' && typeof port !== 'string') return null
  // A connected socket is given no host, and perhaps an offset.
  if (!long && typeof b === 'number') return null
  return { host: typeof host === 'string' && host ? host.toLowerCase() : 'localhost', port: Number(port) }
}

type Listens = 'tcp' | 'udp'

/**
 * Knows the places where this process and the other processes of the gate listen, because an app may call
 * itself and its children.
 */
function ownPlaces({ folder }: FenceOrders): (place: NetworkPlace, kind?: Listens) => boolean {
  const file = join(folder, LISTENING)
  const servers = new Set<net.Server>()
  const note = (kind: Listens, at: unknown) =>
    appendFileSync(file, `${kind} ${typeof at === 'string' ? at : (at as net.AddressInfo).port}\n`)

  const { listen } = net.Server.prototype
  net.Server.prototype.listen = function noted(this: net.Server, ...args: unknown[]) {
    const listening = Reflect.apply(listen, this, args)
    servers.add(this)
    this.prependOnceListener('listening', () => note('tcp', this.address()))
    this.once('close', () => servers.delete(this))
    return listening
  } as typeof listen
  const { bind } = dgram.Socket.prototype
  dgram.Socket.prototype.bind = function noted(this: dgram.Socket, ...args: unknown[]) {
    this.prependOnceListener('listening', () => note('udp', this.address()))
    return Reflect.apply(bind, this, args)
  } as typeof bind

  return (place, kind = 'tcp') => {
    if ('host' in place && !isLoopback(place.host)) return false
    const at = 'path' in place ? place.path : place.port
    const here = [...servers].map((server) => server.address())
    if (kind === 'tcp' && here.some((one) => (typeof one === 'string' ? one : one?.port) === at)) return true
    return read(file).includes(`${kind} ${at}`)
  }
}

function read(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    // No process listens yet.
    return []
  }
}

type Ask = (this: unknown, ...args: unknown[]) => unknown

/** Refuses to look up a host that may not be reached: the query alone would leave the machine. */
function fenceLookups({ named }: FenceOrders, refuse: Refuse): void {
  const isOpen = (host: string) =>
    isIP(host) !== 0 ||
    isLoopback(host) ||
    named.some((one) => namesPlace(one, { host, port: Number(/:(\d+)$/.exec(one)?.[1] ?? 0) }))
  const fence = (place: object, later: boolean) => {
    const functions = place as Record<string, Ask>
    for (const name of Object.keys(dns).filter((one) => /^(?:lookup|resolve|reverse)/.test(one))) {
      const ask = functions[name]
      if (typeof ask !== 'function') continue
      functions[name] = function fenced(...args) {
        const host = typeof args[0] === 'string' ? args[0].toLowerCase() : ''
        const local = /^reverse|Service$/.test(name) ? isLoopback(host) : isOpen(host)
        if (host === '' || local) return Reflect.apply(ask, this, args)
        const error = refuse(host, { frames: framesHere() })
        const done = args.at(-1)
        if (later) return Promise.reject(error)
        if (typeof done === 'function') process.nextTick(done as (error: Error) => void, error)
        return {}
      }
    }
  }
  fence(dns, false)
  fence(dns.Resolver.prototype, false)
  fence(dns.promises, true)
  fence(dns.promises.Resolver.prototype, true)
}
