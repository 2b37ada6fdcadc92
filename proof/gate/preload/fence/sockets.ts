import net from 'node:net'
import { TLSSocket } from 'node:tls'
import { framesHere } from '../stack.js'
import type { FenceOrders } from './orders.js'
import { givenUsers, isDriver, isHttp } from './origin.js'
import { type NetworkPlace, namesPlace, networkPlace } from './places.js'
import type { Refuse } from './refuse.js'

/** How long a refused client may take to show its protocol. */
const FIRST_WORD_MS = 100

type Write = (writev: boolean, data: unknown, encoding: BufferEncoding, done: (error?: Error) => void) => void
/**
 * The parts of Node's own socket that are used. Every write passes this one function, `end` and corked writes
 * too.
 */
interface Inner {
  connecting: boolean
  _writeGeneric?: Write
  _undestroy?(): void
}

/**
 * Lets sockets connect to the places that the orders name and to the app itself, and recognises a PostgreSQL
 * connection by its first bytes.
 */
export function fenceSockets(
  orders: FenceOrders,
  isOwn: (place: NetworkPlace) => boolean,
  refuse: Refuse,
): void {
  const { connect } = net.Socket.prototype
  const allowed = givenUsers(orders)
  net.Socket.prototype.connect = function fenced(this: net.Socket, ...args: unknown[]) {
    const place = networkPlace(args)
    if (!place) return Reflect.apply(connect, this, args)
    if (orders.open.some((one) => namesPlace(one, place) && !isSixth(place))) {
      const frames = framesHere()
      const socket = Reflect.apply(connect, this, 'host' in place ? atHome(args) : args)
      askUser(this, allowed, (user) => refuse(place, { database: true, frames, user }))
      return socket
    }
    const frames = framesHere()
    const database = isDriver(frames) || ('path' in place && /\.s\.PGSQL\.\d+$/.test(place.path))
    const known = orders.named.some((one) => namesPlace(one, place)) || isOwn(place)
    if (known && !database) {
      const socket = Reflect.apply(connect, this, args)
      listenIn(this, () => refuse(place, { database: true, frames }))
      return socket
    }
    const listener = (Array.isArray(args[0]) ? args[0] : args).at(-1)
    if (typeof listener === 'function') this.once('connect', listener as () => void)
    const inner = this as unknown as Inner
    if (this.destroyed) inner._undestroy?.()
    inner.connecting = true
    if (database || isHttp(frames) || this instanceof TLSSocket)
      process.nextTick(() => this.destroy(refuse(place, { database, frames })))
    else pretend(this, (isDatabase) => refuse(place, { database: isDatabase, frames }))
    return this
  } as typeof connect
}

/** The throw-away server listens on 127.0.0.1 only. On the same port of ::1 another server may listen. */
function isSixth(place: NetworkPlace): boolean {
  return 'host' in place && place.host.includes(':') && !place.host.startsWith('::ffff:')
}

/** `localhost` may resolve to ::1 first, so the address is given explicitly. */
function atHome(args: unknown[]): unknown[] {
  const [first] = Array.isArray(args[0]) ? args[0] : args
  const place = networkPlace(args) as { host: string; port: number }
  const host = place.host.endsWith('localhost') ? '127.0.0.1' : place.host
  const listener = (Array.isArray(args[0]) ? args[0] : args).at(-1)
  const options = typeof first === 'object' ? { ...first, host } : { host, port: place.port }
  return [options, ...(typeof listener === 'function' ? [listener] : [])]
}

/** Refuses the login of another user before anything is sent: PGPORT completes a URL without a port. */
function askUser(socket: net.Socket, allowed: ReadonlySet<string>, refused: (user: string) => Error): void {
  const inner = socket as unknown as Inner
  inner._writeGeneric = function asking(writev, data, encoding, done) {
    const bytes = bytesOf(writev, data, encoding)
    const user = startupUser(bytes)
    if (user !== null && !allowed.has(user)) return void socket.destroy(refused(user))
    delete inner._writeGeneric
    const write = inner._writeGeneric as unknown as Write
    // A client may request TLS first; without TLS its first message names its user.
    if (user === null && isStartup(bytes)) inner._writeGeneric = asking
    Reflect.apply(write, this, [writev, data, encoding, done])
  }
}

/** Holds back a first write that a PostgreSQL server would understand. */
function listenIn(socket: net.Socket, refused: () => Error): void {
  const inner = socket as unknown as Inner
  let held = Buffer.alloc(0)
  inner._writeGeneric = function listening(writev, data, encoding, done) {
    const bytes = Buffer.concat([held, bytesOf(writev, data, encoding)])
    if (isStartup(bytes)) return void socket.destroy(refused())
    if (mayBecomeStartup(bytes)) {
      held = bytes
      return done()
    }
    delete inner._writeGeneric
    const write = inner._writeGeneric as unknown as Write
    if (held.length > 0) return Reflect.apply(write, this, [false, bytes, 'buffer', done])
    Reflect.apply(write, this, [writev, data, encoding, done])
  }
}

/**
 * Pretends to connect, and refuses once the client has shown its protocol, or has been silent for a while.
 * Many drivers send nothing before they are connected.
 */
function pretend(socket: net.Socket, refused: (database: boolean) => Error): void {
  const inner = socket as unknown as Inner
  let heard = Buffer.alloc(0)
  const decide = () => {
    clearTimeout(late)
    clearImmediate(soon)
    delete inner._writeGeneric
    if (!socket.destroyed) socket.destroy(refused(isStartup(heard)))
  }
  inner._writeGeneric = (writev, data, encoding, done) => {
    heard = Buffer.concat([heard, bytesOf(writev, data, encoding)])
    if (heard.length < HEAD && mayBecomeStartup(heard)) done()
    else decide()
  }
  const soon = setImmediate(() => socket.destroyed || socket.emit('connect'))
  const late = setTimeout(decide, FIRST_WORD_MS)
}

function bytesOf(writev: boolean, data: unknown, encoding: BufferEncoding): Buffer {
  if (!writev) return typeof data === 'string' ? Buffer.from(data, encoding) : Buffer.from(data as Uint8Array)
  const chunks = data as { chunk: string | Uint8Array; encoding: BufferEncoding }[]
  return Buffer.concat(chunks.map(({ chunk, encoding }) => bytesOf(false, chunk, encoding)))
}

/** Numbers in the place of a version with which a client requests TLS or GSSAPI, or cancels a query. */
const REQUESTS = [80877102, 80877103, 80877104]
/** Length and version, or request code. Bytes. */
const HEAD = 8

/** Returns whether these bytes begin a PostgreSQL connection. */
export function isStartup(bytes: Buffer): boolean {
  if (bytes.length < HEAD) return false
  // A TLS connection that begins without a request names its protocol.
  if (bytes[0] === 0x16) return bytes.includes('postgresql')
  const length = bytes.readInt32BE(0)
  const code = bytes.readInt32BE(4)
  return REQUESTS.includes(code) || (code >>> 16 === 3 && length >= HEAD && length < 100_000)
}

/**
 * Returns the user that a first message of PostgreSQL's protocol 3 names; null if the message is another, or
 * incomplete.
 */
function startupUser(bytes: Buffer): string | null {
  if (bytes.length < HEAD || bytes.readInt32BE(4) >>> 16 !== 3 || !isStartup(bytes)) return null
  const words = bytes.subarray(HEAD).toString('utf8').split('\0')
  const at = words.findIndex((word, place) => place % 2 === 0 && word === 'user')
  return at < 0 ? null : (words[at + 1] ?? null)
}

/**
 * Returns whether the bytes may be the beginning of such a message: it begins with its length, which is
 * small.
 */
export function mayBecomeStartup(bytes: Buffer): boolean {
  return bytes.length < HEAD && bytes[0] === 0
}
