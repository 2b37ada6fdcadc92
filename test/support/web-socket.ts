import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import type { Socket } from 'node:net'

/** A WebSocket to a server on this machine, for text alone: Node 20 has none of its own. */
export async function webSocket(url: string, heard: (text: string) => void) {
  const { hostname, port, pathname } = new URL(url)
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
  }
  const asked = request({ hostname, port, path: pathname, headers }).end()
  const [, socket, first] = (await once(asked, 'upgrade')) as [unknown, Socket, Buffer]
  let rest = first
  const parts: Buffer[] = []
  const read = () => {
    for (;;) {
      if (rest.length < 2) return
      const short = rest[1]! & 0x7f
      const at = short === 126 ? 4 : short === 127 ? 10 : 2
      if (rest.length < at) return
      const length =
        short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short
      if (rest.length < at + length) return
      const [kind, isLast] = [rest[0]! & 0x0f, rest[0]! & 0x80]
      if (kind < 3) parts.push(rest.subarray(at, at + length))
      rest = rest.subarray(at + length)
      if (kind < 3 && isLast) heard(Buffer.concat(parts.splice(0)).toString())
    }
  }
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    read()
  })
  socket.on('error', () => {})
  return {
    send(text: string) {
      const body = Buffer.from(text)
      const mask = randomBytes(4)
      const head = Buffer.from([0x81, 0x80 | 126, body.length >> 8, body.length & 0xff, ...mask])
      if (body.length < 126) head[1] = 0x80 | body.length
      const sized = body.length < 126 ? Buffer.concat([head.subarray(0, 2), mask]) : head
      for (let at = 0; at < body.length; at++) body[at]! ^= mask[at % 4]!
      socket.write(Buffer.concat([sized, body]))
    },
    close: () => socket.destroy(),
  }
}
