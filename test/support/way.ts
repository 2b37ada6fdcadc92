import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** A way to a server on this machine, at an address of its own, that can be cut and taken up again. */
export interface Way {
  /** the URL it was made of, by this way */
  url: string
  /** as when the server has ended: connections are reset, and new ones refused */
  cut(): Promise<void>
  /** as when the network is gone: connections stay and nothing comes through, and new ones are never answered */
  hang(): void
  /** through again; what hung is ended, as a network does that has forgotten it */
  mend(): Promise<void>
  stop(): Promise<void>
}

export async function wayTo(url: string): Promise<Way> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let hangs = false
  const join = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    if (hangs) return
    const onward = connect(Number(target.port), target.hostname)
    sockets.add(onward)
    onward.on('error', () => {}).on('close', () => sockets.delete(onward))
    for (const [from, to] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      from.on('data', (chunk) => hangs || to.write(chunk))
      from.on('close', () => hangs || to.destroy())
    }
  }
  let server: Server = createServer(join).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const cut = async () => {
    if (!server.listening) return
    server.close()
    reset()
    await once(server, 'close')
  }
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String(port)
  return {
    url: through.href,
    cut,
    hang: () => {
      hangs = true
    },
    mend: async () => {
      reset()
      hangs = false
      if (server.listening) return
      server = createServer(join).listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
    stop: cut,
  }
}
