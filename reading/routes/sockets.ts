import { routesTo } from '../syntax/reach.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf, propertiesOf, textOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'
import { routesInSource } from './routes-in-source.js'

/** A place where the app accepts WebSockets. */
export interface SocketInSource {
  kind: 'WebSocket' | 'Socket.IO'
  /** null: any path, or a path that the source does not show */
  path: string | null
  at: string
}

/** Describes a socket for the output of `scan` and `init`. */
export const socketInWords = ({ kind, path, at }: SocketInSource): string =>
  `${path ?? 'any path'}: a ${kind} (${at}); its messages run as the user of the handshake`

/** Finds the servers of `ws` and Socket.IO, routes of express-ws, and listeners for upgrade requests, in the order of the files. */
export function socketsInSource(sources: readonly Source[]): SocketInSource[] {
  const byExpress = sources.some(({ imports }) =>
    [...imports.values()].some(({ module }) => module === 'express-ws'),
  )
  return sources.flatMap((source) => {
    const made: SocketInSource[] = []
    const listening: SocketInSource[] = []
    traverse(source.tree, (node) => {
      if (!isCall(node) && node.type !== 'NewExpression') return
      const at = locate(source.file, node)
      const kind = serverKind(node, source)
      if (kind) {
        const path = pathIn(children(node, 'arguments'))
        made.push({ kind, path: path ?? (kind === 'Socket.IO' ? '/socket.io/' : null), at })
      } else if (byExpress && routePath(node) !== null) {
        // One of a router is below the paths at which that is mounted.
        const ofApp = /^app$/i.test(nameOf(calledMember(node)?.of ?? null) ?? '')
        made.push({ kind: 'WebSocket', path: ofApp ? routePath(node) : null, at })
      } else if (isListener(node)) listening.push({ kind: 'WebSocket', path: null, at })
    })
    // A server with `noServer: true` gets its upgrades from a listener, so the listener is not a second
    // socket.
    return made.length ? made : listening
  })
}

/**
 * Recognises `new WebSocketServer()` and `new WebSocket.Server()` of `ws`, and `new Server()` and
 * `require('socket.io')()` of Socket.IO.
 */
function serverKind(node: Node, { imports }: Source): SocketInSource['kind'] | null {
  const callee = child(node, 'callee')
  const name = nameOf(callee)
  const of = calledMember(node)
  const root = of ? nameOf(of.of) : name
  const from = root === null ? undefined : imports.get(root)
  const isNew = node.type === 'NewExpression'
  if (from?.module === 'ws' && isNew) return of || /Server$/.test(from.imported ?? '') ? 'WebSocket' : null
  if (from?.module === 'socket.io') return isNew || !of ? 'Socket.IO' : null
  const called = callee && isCall(callee) ? children(callee, 'arguments')[0] : undefined
  return called && textOf(called) === 'socket.io' ? 'Socket.IO' : null
}

/** Returns the path of `app.ws('/live', …)`, as express-ws declares it; null: it is something else. */
function routePath(node: Node): string | null {
  const [path] = calledMember(node)?.name === 'ws' ? children(node, 'arguments') : []
  const text = textOf(path ?? null)
  return text?.startsWith('/') ? text : null
}

/** Returns whether a node is `server.on('upgrade', …)`. */
function isListener(node: Node): boolean {
  const name = calledMember(node)?.name
  if (name !== 'on' && name !== 'addListener') return false
  const [event] = children(node, 'arguments')
  return event !== undefined && textOf(event) === 'upgrade'
}

function pathIn(given: readonly Node[]): string | null {
  for (const one of given)
    for (const { key, value } of propertiesOf(one)) if (key === 'path') return textOf(value)
  return null
}

/** Returns the streams of events with the routes that lead to them. */
export function routesOfStreams(sources: readonly Source[]): { at: string; routes: string[] }[] {
  const routesOf = routesTo(sources, routesInSource(sources))
  return eventStreamsInSource(sources).map((at) => ({ at, routes: routesOf(at) }))
}

/** Returns where each file first writes the content type of server-sent events. */
export function eventStreamsInSource(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    let at: string | null = null
    traverse(source.tree, (node) => {
      if (at === null && /^text\/event-stream\b/.test(textOf(node) ?? '')) at = locate(source.file, node)
    })
    return at ?? []
  })
}
