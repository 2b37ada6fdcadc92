import { placesIn } from '../stack.js'
import type { FenceOrders } from './orders.js'
import { type NetworkPlace, namesIt, namesPlace } from './places.js'

/** The environment as the gate had set it, before any code of the app ran. */
const given = { ...process.env }

/** Returns which variables name a place, and which of them the app has overwritten. */
export function variablesNaming(place: NetworkPlace): { variables: string[]; overwritten: string[] } {
  const variables = Object.keys(process.env).filter((name) => namesIt(process.env[name]!, name, place))
  const overwritten = variables.filter(
    (name) => given[name] !== undefined && given[name] !== process.env[name],
  )
  return { variables, overwritten }
}

/**
 * Returns the logins that the gate has given for its own servers: in its orders, as PGUSER, or in a URL with
 * host and port.
 */
export function givenUsers({ open, users }: Pick<FenceOrders, 'open' | 'users'>): ReadonlySet<string> {
  const inUrls = Object.values(given).flatMap((value) => {
    if (!value || !/^postgres(?:ql)?:\/\/.+:\d+/.test(value) || !URL.canParse(value)) return []
    const { hostname, port, username } = new URL(value)
    const place = { host: hostname, port: Number(port) }
    return open.some((one) => namesPlace(one, place)) ? [decodeURIComponent(username)] : []
  })
  return new Set([...users, ...inUrls, ...(given.PGUSER ? [given.PGUSER] : [])])
}

/** Files that are not the app's own code: those of packages, and the helper of `init`, which watches every connection. */
const NOT_THE_APPS = /[\\/]node_modules[\\/]|[\\/]usertwo[\\/]start-once\.mjs$/

/** Returns the app's own line among the frames, `file:line`. */
export function callerIn(frames: readonly string[]): string | null {
  const found = placesIn(frames).find(({ file }) => !NOT_THE_APPS.test(file))
  return found ? `${found.file}:${found.line}` : null
}

/** Returns whether a PostgreSQL driver makes the call. */
export function isDriver(frames: readonly string[]): boolean {
  return frames.some((frame) => /[\\/]node_modules[\\/](?:pg|postgres)[\\/]/.test(frame))
}

/** Returns whether a client of Redis makes the call. */
export function isRedisClient(frames: readonly string[]): boolean {
  return frames.some((frame) => /[\\/]node_modules[\\/](?:ioredis|redis|@redis[\\/]client)[\\/]/.test(frame))
}

/** Returns whether Node's own HTTP makes the call, which speaks no other protocol. */
export function isHttp(frames: readonly string[]): boolean {
  return frames.some((frame) => /node:(?:_http_|internal\/deps\/undici|internal\/http2)/.test(frame))
}
