import { randomBytes } from 'node:crypto'

/** Opcodes of RFC 6455, 5.2. */
export const TEXT = 1
export const CLOSE = 8
export const PING = 9
export const PONG = 10

/** A frame of a server. */
export interface ServerFrame {
  opcode: number
  payload: Buffer
}

/** Reads the whole frames in what a server has sent, and returns what is left. */
export function framesIn(bytes: Buffer): { frames: ServerFrame[]; left: Buffer } {
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
export function frameOf(opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  const head =
    length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | length])
      : Buffer.from([0x80 | opcode, 0x80 | 126, length >> 8, length & 0xff])
  const mask = randomBytes(4)
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ mask[at % 4]!)])
}
