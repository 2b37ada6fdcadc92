import dns from 'node:dns'
import { isIP } from 'node:net'
import { framesHere } from '../stack.js'
import type { FenceOrders } from './orders.js'
import { isLoopback, namesPlace } from './places.js'
import type { Refuse } from './refuse.js'

type Ask = (this: unknown, ...args: unknown[]) => unknown

/** Refuses to look up a host that may not be reached: the query alone would leave the machine. */
export function fenceLookups({ named }: FenceOrders, refuse: Refuse): void {
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
