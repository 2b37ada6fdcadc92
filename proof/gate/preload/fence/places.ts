import { isIP } from 'node:net'

/** The destination of a socket. */
export type NetworkPlace = { host: string; port: number } | { path: string }

interface ConnectOptions {
  host?: string
  port?: number | string
  path?: string
}

/** Reads the arguments of `socket.connect`; null if Node itself will refuse them. */
export function networkPlace(args: readonly unknown[]): NetworkPlace | null {
  // `net.connect` passes on the arguments that it has already read, as one array.
  const [first, second] = (Array.isArray(args[0]) ? args[0] : args) as [unknown, unknown]
  if (typeof first === 'object' && first !== null) {
    const { host, port, path } = first as ConnectOptions
    if (path) return { path: String(path) }
    return port === undefined ? null : { host: hostOf(host), port: Number(port) }
  }
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { path: first }
  if (typeof first !== 'number' && typeof first !== 'string') return null
  return { host: hostOf(second), port: Number(first) }
}

function hostOf(given: unknown): string {
  const host = typeof given === 'string' && given ? given.toLowerCase() : 'localhost'
  return host.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}

export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  const plain = host.replace(/^::ffff:/, '')
  return isIP(plain) === 4 ? /^(?:127\.|0\.0\.0\.0$)/.test(plain) : plain === '::1' || plain === '::'
}

export function placeText(place: NetworkPlace): string {
  if ('path' in place) return place.path
  return `${place.host.includes(':') ? `[${place.host}]` : place.host}:${place.port}`
}

/**
 * Returns whether an entry (`host`, `host:port` or a path) names the place. All names of loopback count as
 * one.
 */
export function namesPlace(entry: string, place: NetworkPlace): boolean {
  if ('path' in place) return entry === place.path
  const [, host, port] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(entry) ?? []
  if (!host || (port && Number(port) !== place.port)) return false
  const named = hostOf(host)
  return named === place.host || (isLoopback(named) && isLoopback(place.host))
}

/**
 * Returns whether a variable's value names the place: as a URL, or as the part after which the variable is
 * named.
 */
export function namesIt(value: string, name: string, place: NetworkPlace): boolean {
  if ('path' in place)
    return value.length > 1 && (value === place.path || place.path.startsWith(`${value}/.s.PGSQL`))
  if (URL.canParse(value) && value.includes('://')) {
    const { hostname, port, protocol } = new URL(value)
    const usual = USUAL_PORTS.find(([one]) => one.test(protocol))![1]
    return same(hostname.replace(/^\[|\]$/g, ''), place.host) && Number(port || usual) === place.port
  }
  // The port is more specific than `localhost`.
  if (/PORT$/i.test(name) && name !== 'PORT') return Number(value) === place.port
  return value.toLowerCase() === place.host && !isLoopback(place.host)
}

const USUAL_PORTS: [RegExp, number][] = [
  [/^postgres/, 5432],
  [/^redis/, 6379],
  [/^https|^wss/, 443],
  [/^/, 80],
]

const same = (one: string, other: string) =>
  one.toLowerCase() === other || (isLoopback(one.toLowerCase()) && isLoopback(other))
