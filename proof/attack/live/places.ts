import { socketsInSource } from '../../../reading/routes/sockets.js'
import { readSources } from '../../../reading/syntax/sources.js'
import { isEventStream } from '../../gate/app/http.js'
import type { Gate, Member, Target } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { openSocket } from './connections.js'

/** An address at which the app keeps a connection open and writes to it. */
export interface LivePlace {
  kind: 'stream' | 'socket'
  path: string
  /** as a report names it: `GET /api/events` */
  route: string
  /** messages that are sent after the connection is open */
  messages: readonly string[]
  /** named by the source or the configuration, so that it must open */
  isNamed: boolean
}

/**
 * Paths on which apps usually accept sockets. Node hands every upgrade to the listeners, whatever the routes
 * are.
 */
export const USUAL_SOCKETS = [
  '/',
  '/ws',
  '/socket',
  '/live',
  '/graphql',
  '/socket.io/?EIO=4&transport=websocket',
]

const EXPRESS_WS = '/.websocket'

/** The recorded streams of events, each route once. */
export function streamsIn(day: readonly Exchange[]): LivePlace[] {
  const found = new Map<string, LivePlace>()
  for (const { method, path, route, response } of day)
    if (method === 'GET' && isEventStream({ 'content-type': response.contentType ?? '' }))
      found.set(route ?? path, {
        kind: 'stream',
        path,
        route: route ?? `GET ${path}`,
        messages: [],
        isNamed: true,
      })
  return [...found.values()]
}

/** The sockets that the configuration or the source names, and the first usual path that takes one. */
export async function socketsOf(gate: Gate, target: Target, owner: Member): Promise<LivePlace[]> {
  const { config, folder } = gate
  const { server } = await readSources(folder, config)
  const inSource = socketsInSource(server)
  const declared = Object.entries(config.app.sockets ?? {})
  const named = [
    ...declared,
    // As express-ws declares a socket, below the paths at which its router is mounted.
    ...(await gate.routes()).flatMap(({ path }): [string, string[]][] =>
      path.endsWith(EXPRESS_WS)
        ? [[path.slice(0, -EXPRESS_WS.length).replaceAll(/:\w+/g, '1') || '/', []]]
        : [],
    ),
    ...inSource.flatMap(({ kind, path }): [string, string[]][] =>
      path === null ? [] : [[kind === 'Socket.IO' ? `${path}?EIO=4&transport=websocket` : path, []]],
    ),
  ]
  const found = new Map<string, LivePlace>()
  for (const [path, messages] of named)
    if (!found.has(path))
      found.set(path, { kind: 'socket', path, route: `GET ${path}`, messages, isNamed: true })
  if (found.size) return [...found.values()]
  for (const path of USUAL_SOCKETS) {
    const live = await openSocket(target, path, { ...owner, address: nextAddress() })
    live.close()
    if (live.status === 101)
      return [{ kind: 'socket', path, route: `GET ${path}`, messages: [], isNamed: false }]
  }
  // The source has one, at a path that only the app knows.
  if (inSource.length)
    return [{ kind: 'socket', path: '/', route: `GET / (${inSource[0]!.at})`, messages: [], isNamed: true }]
  return []
}
