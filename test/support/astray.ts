import { connect, createServer } from 'node:net'
import { letConnect } from '../../src/core/process/known-sockets.js'

/** Faults of a server or pooler that acknowledges a statement and does something else. */
export type Astray =
  /** each text's transaction stays open, and is said to */
  | 'left open'
  /** each text's transaction stays open, and is said to be over */
  | 'left open unsaid'
  /** each text is answered as done, and rolled back behind the answer */
  | 'rolled back'
  /** what a text sets for its transaction stays on the connection */
  | 'kept'
  /** a text's own settings are lost */
  | 'lost'

const READY = 'Z'.charCodeAt(0)
const TEXT = 'Q'.charCodeAt(0)

/** A proxy on this machine before the server of `url`, over the wire; `url` of what it gives leads to it. */
export async function astray(url: string, how: Astray): Promise<{ url: string; stop(): void }> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<{ destroy(): void }>()
  const proxy = createServer((app) => {
    const server = connect(Number(port), hostname)
    // The proxy stands for another process: in this one a driver that no hook reaches is refused.
    letConnect({ connection: { stream: server } })
    // Of a text: the answers to a `begin` of the proxy's own, its own answers, those to a `rollback`.
    let under: 'begin' | 'text' | 'rollback' | null = null
    for (const [socket, other] of [
      [app, server],
      [server, app],
    ] as const) {
      sockets.add(socket.setNoDelay(true))
      socket.on('error', () => {}).on('close', () => other.destroy())
    }
    const ask = (text: string) => server.write(framed(TEXT, Buffer.from(`${text}\0`)))
    const say = (status: string) => app.write(framed(READY, Buffer.from(status)))
    app.on(
      'data',
      messages(true, (type, body) => {
        if (type !== TEXT) return void server.write(framed(type, body))
        const text = body.toString().slice(0, -1)
        if (how === 'kept') return void ask(text.replace(/(set_config\([^)]*), true\)/g, '$1, false)'))
        if (how === 'lost') return void ask(text.replace(/^select where .*?; /, 'select where false; '))
        under = 'begin'
        ask('begin')
        ask(text)
      }),
    )
    server.on(
      'data',
      messages(false, (type, body) => {
        if (under === 'begin' || under === 'rollback') {
          if (type !== READY) return
          if (under === 'rollback') say('I')
          under = under === 'begin' ? 'text' : null
          return
        }
        if (type !== READY || under === null) return void app.write(framed(type, body))
        under = how === 'rolled back' ? 'rollback' : null
        if (how === 'rolled back') ask('rollback')
        else say(how === 'left open' ? body.toString() : 'I')
      }),
    )
  })
  await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready))
  const to = new URL(url)
  to.port = String((proxy.address() as { port: number }).port)
  const stop = () => {
    proxy.close()
    for (const socket of sockets) socket.destroy()
  }
  return { url: to.href, stop }
}

function framed(type: number, body: Buffer): Buffer {
  const head = Buffer.alloc(type ? 5 : 4)
  if (type) head[0] = type
  head.writeInt32BE(body.length + 4, type ? 1 : 0)
  return Buffer.concat([head, body])
}

/** Cuts what comes into messages; the first one of a client has no type (0). */
function messages(startup: boolean, each: (type: number, body: Buffer) => void): (piece: Buffer) => void {
  let rest = Buffer.alloc(0)
  let first = startup
  return (piece) => {
    rest = Buffer.concat([rest, piece])
    for (;;) {
      const head = first ? 0 : 1
      if (rest.length < head + 4) return
      const end = head + rest.readInt32BE(head)
      if (rest.length < end) return
      each(first ? 0 : rest[0]!, rest.subarray(head + 4, end))
      rest = rest.subarray(end)
      first = false
    }
  }
}
