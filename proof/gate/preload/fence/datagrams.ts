import dgram from 'node:dgram'
import { framesHere } from '../stack.js'
import type { FenceOrders } from './orders.js'
import { type NetworkPlace, namesPlace } from './places.js'
import type { Refuse } from './refuse.js'

/** Restricts datagrams to the places that sockets may reach. */
export function fenceDatagrams(
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
