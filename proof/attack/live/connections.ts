import { randomBytes } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import type { Duplex } from 'node:stream'
import { senderAt } from '../../gate/app/loopback.js'
import type { Target, Visitor } from '../../gate/gate.js'

/** A connection that the app writes to at any time. */
export interface Live {
  /** of the answer that opened it; 0: none */
  status: number
  /** everything that came so far */
  text(): string
  /** whether the app has ended it */
  ended(): boolean
  /** sends a message; a stream has none */
  send(text: string): void
  close(): void
}

/** How long an app may take to answer. Milliseconds. */
const PATIENCE_MS = 10_000
/** Socket.IO 4 over Engine.IO 4: what a client sends to join the default namespace, and to a ping. */
const [JOIN, ENGINE_PING, ENGINE_PONG] = ['40', '2', '3']

/** Opens a stream of server-sent events. @param last the id of the last event that a client got which connects again */
export function openStream(target: Target, path: string, as: Visitor, last?: string): Promise<Live> {
  return opened(target, path, as, {
    accept: 'text/event-stream',
    ...(last !== undefined && { 'last-event-id': last }),
  })
}

/** Opens a WebSocket (RFC 6455), without compression, and joins where it is Socket.IO's. */
export function openSocket(target: Target, path: string, as: Visitor): Promise<Live> {
  return opened(target, path, as, {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
  })
}

function opened(target: Target, path: string, as: Visitor, more: Record<string, string>): Promise<Live> {
  const { hostname, port } = new URL(target.url)
  const sender = senderAt(as.address, { ...target.headersOf(as), ...more })
  return new Promise((resolve) => {
    const asked = request({ hostname, port, path, ...sender, agent: false })
    const none = () => resolve({ ...NONE, close: () => asked.destroy() })
    const late = setTimeout(() => {
      asked.destroy()
      none()
    }, PATIENCE_MS)
    asked.on('response', (res) => {
      clearTimeout(late)
      resolve(streamOf(res))
    })
    asked.on('upgrade', ({ statusCode = 0 }, socket, head) => {
      clearTimeout(late)
      resolve({ status: statusCode, ...socketOf(socket, head, /[?&]EIO=/.test(path)) })
    })
    asked.on('error', () => {
      clearTimeout(late)
      none()
    })
    asked.end()
  })
}

const NONE: Live = { status: 0, text: () => '', ended: () => true, send() {}, close() {} }

function streamOf(res: IncomingMessage): Live {
  const chunks: Buffer[] = []
  let isOver = false
  res.on('data', (chunk: Buffer) => chunks.push(chunk))
  for (const event of ['end', 'error', 'close']) res.on(event, () => (isOver = true))
  return {
    status: res.statusCode ?? 0,
    text: () => Buffer.concat(chunks).toString('utf8'),
    ended: () => isOver,
    send() {},
    close: () => res.destroy(),
  }
}

function socketOf(socket: Duplex, head: Buffer, isEngine: boolean): Omit<Live, 'status'> {
  let left = Buffer.from(head)
  let isOver = false
  const texts: string[] = []
  const put = (opcode: number, payload: Buffer) => {
    if (!socket.destroyed) socket.write(frameOf(opcode, payload))
  }
  const send = (text: string) => put(TEXT, Buffer.from(text))
  const take = (bytes: Buffer) => {
    const found = framesIn(Buffer.concat([left, bytes]))
    left = Buffer.from(found.left)
    for (const { opcode, payload } of found.frames) {
      const text = payload.toString('utf8')
      if (opcode === PING) put(PONG, payload)
      else if (opcode === CLOSE) isOver = true
      else if (isEngine && text === ENGINE_PING) send(ENGINE_PONG)
      // Those of Engine.IO itself (open) and of joining say nothing of the app.
      else if (!isEngine || !/^(?:0|40)/.test(text)) texts.push(text)
    }
  }
  socket.on('data', take)
  for (const event of ['end', 'error', 'close']) socket.on(event, () => (isOver = true))
  take(Buffer.alloc(0))
  if (isEngine) send(JOIN)
  return { text: () => texts.join('\n'), ended: () => isOver, send, close: () => socket.destroy() }
}

/** Opcodes of RFC 6455, 5.2. */
const TEXT = 1
const CLOSE = 8
const PING = 9
const PONG = 10

/** A frame of a server. */
interface ServerFrame {
  opcode: number
  payload: Buffer
}

/** Reads the whole frames in what a server has sent, and returns what is left. */
function framesIn(bytes: Buffer): { frames: ServerFrame[]; left: Buffer } {
  const frames: ServerFrame[] = []
  let at = 0
  for (;;) {
    const head = headAt(bytes, at)
    if (!head || head.end > bytes.length) return { frames, left: bytes.subarray(at) }
    frames.push({ opcode: bytes[at]! & 0x0f, payload: bytes.subarray(head.start, head.end) })
    at = head.end
  }
}

/** Null: the length has not arrived. A server never masks its frames (5.1). */
function headAt(bytes: Buffer, at: number): { start: number; end: number } | null {
  if (bytes.length < at + 2) return null
  const short = bytes[at + 1]! & 0x7f
  const more = short === 126 ? 2 : short === 127 ? 8 : 0
  if (bytes.length < at + 2 + more) return null
  const length =
    more === 0 ? short : more === 2 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
  const start = at + 2 + more
  return { start, end: start + length }
}

/** Returns a frame of a client, which masks it (RFC 6455, 5.3). */
function frameOf(opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  const head =
    length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | length])
      : Buffer.from([0x80 | opcode, 0x80 | 126, length >> 8, length & 0xff])
  const mask = randomBytes(4)
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ mask[at % 4]!)])
}
