import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** An IPv4 address in its IPv6 coat (`::ffff:1.2.3.4`) is that IPv4 address. */
function plain(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  return mapped ? mapped[1]! : address
}

/** `1.2.3.4:5678` and `[2001:db8::1]:5678`, as some proxies write them, without port and brackets. */
function withoutPort(entry: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(entry)
  if (bracketed) return bracketed[1]!
  return /^\d+\.\d+\.\d+\.\d+:\d+$/.test(entry) ? entry.slice(0, entry.indexOf(':')) : entry
}

/**
 * The address of the client: the connection's own, or with `hops` proxies in front the entry of X-Forwarded-For that
 * many from the right. What stands further left is the client's to invent; a header too short for the hops, or no
 * address, did not come through the proxies and is not believed.
 */
export function clientAddress(req: IncomingMessage, hops: number): string {
  const connection = plain(req.socket.remoteAddress ?? '')
  if (hops === 0) return connection
  const given = req.headers['x-forwarded-for']
  const entries = (Array.isArray(given) ? given.join(',') : (given ?? '')).split(',').map((one) => one.trim())
  const entry = plain(withoutPort(entries.at(-hops) ?? ''))
  return isIP(entry) ? entry : connection
}

/** What limits count by: an IPv4 address, or the /64 an IPv6 client has to itself. */
export function addressGroup(address: string): string {
  return isIP(address) === 6 ? `${groupsOf(address, 4)}::/64` : address
}

/** What one party usually has to itself: the /24 of an IPv4 address, the /48 of an IPv6 one. */
export function networkOf(address: string): string {
  return isIP(address) === 6 ? `${groupsOf(address, 3)}::/48` : address.replace(/\.\d+$/, '.0/24')
}

/** The /48 of an IPv6 client, who may take any /64 of it; null of an IPv4 one. */
export const wideGroup = (address: string): string | null => (isIP(address) === 6 ? networkOf(address) : null)

/** The first so many groups of an IPv6 address, written in the one way. */
function groupsOf(address: string, count: number): string {
  const bare = address.split('%', 1)[0]!
  const [head = '', tail] = bare.split('::')
  const left = head ? head.split(':') : []
  const right = tail ? tail.split(':') : []
  const missing = tail === undefined ? 0 : 8 - left.length - right.length - (/\./.test(bare) ? 1 : 0)
  const groups = [...left, ...Array<string>(Math.max(missing, 0)).fill('0'), ...right]
  return groups
    .slice(0, count)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

/** Whether the client speaks https, to us or to the outermost proxy that is trusted. */
export function isHttps(req: IncomingMessage, hops: number): boolean {
  if ((req.socket as { encrypted?: boolean }).encrypted) return true
  if (hops === 0) return false
  const given = req.headers['x-forwarded-proto']
  const entries = String(given ?? '')
    .split(',')
    .map((one) => one.trim().toLowerCase())
  return (entries.at(-hops) ?? entries[0]) === 'https'
}
