import dgram from 'node:dgram'
import { appendFileSync, readFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { type FenceOrders, LISTENING } from './orders.js'
import { isLoopback, type NetworkPlace } from './places.js'

type Listens = 'tcp' | 'udp'

/**
 * Knows the places where this process and the other processes of the gate listen, because an app may call
 * itself and its children.
 */
export function ownPlaces({ folder }: FenceOrders): (place: NetworkPlace, kind?: Listens) => boolean {
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
