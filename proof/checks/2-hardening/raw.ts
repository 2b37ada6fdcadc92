import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { writtenAt } from '../../gate/app/loopback.js'
import type { Target, Visitor } from '../../gate/gate.js'

/** The longest wait for an answer. Milliseconds. */
const PATIENCE = 15_000

export interface RawOptions {
  as: Visitor
  /** further bytes, one at a time with this pause before each (ms) */
  slowly?: { bytes: string; pause: number }
}

/**
 * Sends exactly these bytes, which no HTTP client would send, over a connection of its own. Only the
 * visitor's headers are added after the request line.
 *
 * @returns the status of the answer
 * @throws if the connection ends, or time runs out, without an answer
 */
export function sendRaw(target: Target, bytes: string, { as, slowly }: RawOptions): Promise<number> {
  const { hostname, port } = new URL(target.url)
  const headers = Object.entries(target.headersOf(as)).map(([name, value]) => `${name}: ${value}\r\n`)
  const written = writtenAt(
    as.address,
    bytes.replace('\r\n', () => `\r\n${headers.join('')}`),
  )
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), localAddress: written.localAddress })
    let answer = ''
    const end = (give: () => void) => {
      clearTimeout(late)
      socket.destroy()
      give()
    }
    const late = setTimeout(() => end(() => reject(new Error(`no answer within ${PATIENCE} ms`))), PATIENCE)
    socket.setEncoding('latin1')
    socket.on('data', (text) => {
      answer += text
      const [, status] = /^HTTP\/1\.1 (\d{3})[\s\S]*\r\n\r\n/.exec(answer) ?? []
      if (status) end(() => resolve(Number(status)))
    })
    socket.on('error', (error) => end(() => reject(error)))
    socket.on('close', () => end(() => reject(new Error('the connection ended without an answer'))))
    socket.on('connect', async () => {
      socket.write(written.bytes, 'latin1')
      for (const byte of slowly?.bytes ?? '') {
        await sleep(slowly!.pause)
        if (socket.destroyed) return
        socket.write(byte, 'latin1')
      }
    })
  })
}

/** Returns a request as it is sent over the wire. Header values may contain what a client library refuses. */
export function rawRequest(method: string, path: string, headers: Record<string, string>, body = ''): string {
  const all = { Host: '127.0.0.1', Connection: 'close', ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}
