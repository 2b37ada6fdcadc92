import { Socket } from 'node:net'
import { join, sep } from 'node:path'
import { PACKAGE_ROOT } from '../own-package.js'
import { mayConnect } from './known-sockets.js'
import { patch } from './patch.js'
import { shared } from './store.js'

type Connect = (this: Socket, ...given: unknown[]) => Socket
type Write = (this: Socket, chunk: unknown, ...more: unknown[]) => boolean

/** Decides about connections that this process opens. */
export interface Watcher {
  /** called before an unknown socket connects, on the stack of the code that opens it */
  opening?(socket: Socket): void
  /** called when an unknown socket is about to start a PostgreSQL session; an error refuses it */
  introducing(socket: Socket): Error | null
}

const { watchers } = shared('watched connections', () => ({ watchers: new Set<Watcher>() }))

/** Bytes 4–7 of a PostgreSQL client's first message: protocol 3.0, 3.2, a request for TLS, for GSSAPI. */
const FIRST_WORDS = new Set([196_608, 196_610, 80_877_103, 80_877_104])
const LONGEST = 10_000

/**
 * Watches connections of this process for PostgreSQL drivers that are not hooked copies of pg. A socket is
 * checked once, at its first write, so that later writes cost nothing. Sockets of requests are not checked.
 */
export function watchConnections(watcher: Watcher): () => void {
  watchers.add(watcher)
  const undo = patch(Socket.prototype as unknown as { connect: Connect }, 'connect', watched, {
    of: 'net.Socket.prototype.connect',
    why: 'a driver of PostgreSQL that no hook reaches is refused when it introduces itself',
  })
  return () => {
    watchers.delete(watcher)
    undo()
  }
}

function watched(connect: Connect): Connect {
  return function (...given) {
    const isKnown = mayConnect(this)
    if (!isKnown) for (const { opening } of watchers) opening?.(this)
    const made = connect.apply(this, given)
    // Not earlier: `connect` restores the `write` of its prototype.
    if (!isKnown) watchFirstWrite(this as unknown as { write: Write })
    return made
  }
}

function watchFirstWrite(socket: { write: Write }): void {
  const { write } = socket
  const first: Write = function (chunk, ...more) {
    if (socket.write === first) Reflect.deleteProperty(socket, 'write')
    const refusal = isStartup(chunk) && !mayConnect(this) ? refusalOf(this) : null
    if (!refusal) return write.call(this, chunk, ...more)
    this.destroy(refusal)
    return false
  }
  Object.defineProperty(socket, 'write', {
    value: first,
    configurable: true,
    writable: true,
    enumerable: false,
  })
}

function refusalOf(socket: Socket): Error | null {
  for (const watcher of watchers) {
    const refusal = watcher.introducing(socket)
    if (refusal) return refusal
  }
  return null
}

function isStartup(chunk: unknown): boolean {
  if (!(chunk instanceof Uint8Array) || chunk.length < 8) return false
  const { buffer, byteOffset } = chunk
  const words = new DataView(buffer, byteOffset, 8)
  return FIRST_WORDS.has(words.getInt32(4)) && words.getInt32(0) <= LONGEST
}

/** The files on the stack, nearest first, except those of this package. */
export function filesOnStack(): string[] {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 30
  const { stack = '' } = new Error()
  Error.stackTraceLimit = limit
  const frames = [...stack.matchAll(/\(?((?:file:\/\/)?\/[^()\n]+?):\d+:\d+\)?$/gm)]
  return frames
    .map(([, file]) => file!.replace(/^file:\/\//, ''))
    .filter((file) => !OWN.some((tree) => file.startsWith(tree)))
}

/** This package's own files, as sources or built. */
const OWN = ['dist', 'src', 'proof', 'reading', 'cli', 'lab'].map((tree) => join(PACKAGE_ROOT, tree) + sep)

/** The file that opens a connection: of a package, or otherwise of the app. */
export function openedBy(): string {
  const files = filesOnStack()
  return files.find((file) => file.includes('node_modules')) ?? files[0] ?? 'something'
}

/** Describes a driver that cannot be hooked. */
export const unreached = (place: string): string =>
  `${place} speaks to PostgreSQL and is not a pg that can be hooked, such as postgres.js or a copy in a bundle: its rows cannot be kept apart. Use pg, or a library over it, as a package of its own`
