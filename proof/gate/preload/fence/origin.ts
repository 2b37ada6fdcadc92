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

/** Returns the frames of the present call, without those of this preload. */
export function framesHere(): string[] {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 100
  const { stack = '' } = new Error()
  Error.stackTraceLimit = limit
  return stack
    .split('\n')
    .slice(1)
    .filter((frame) => !/gate[\\/]preload[\\/]/.test(frame))
}

/** Files that are not the app's own code: those of packages, and the helper of `init`, which watches every connection. */
const NOT_THE_APPS = /[\\/]node_modules[\\/]|[\\/]usertwo[\\/]start-once\.mjs$/

/** Returns the app's own line among the frames, `file:line`. */
export function callerIn(frames: readonly string[]): string | null {
  for (const frame of frames) {
    // Node's own files are named `node:internal/…`, without a leading slash.
    const found = /(?:\(|\bat (?:async )?)((?:file:\/\/)?\/[^()]+?):(\d+):\d+\)?$/.exec(frame)
    if (found?.[1] && !NOT_THE_APPS.test(found[1]))
      return `${decodeURIComponent(found[1].replace(/^file:\/\//, ''))}:${found[2]}`
  }
  return null
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
