import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What a client has sent to PostgreSQL. */
export interface Sent {
  /** the text of each statement that was executed, in order */
  statements: string[]
  /** how often the client asked for an answer: a simple query, or a Sync of the extended protocol */
  roundTrips: number
}

/** A way to a real PostgreSQL that reads what passes. */
export interface CountingWay {
  url: string
  /** what has passed since the last call */
  sent(): Sent
  stop(): Promise<void>
}

export async function countingWayTo(url: string): Promise<CountingWay> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let sent: Sent = { statements: [], roundTrips: 0 }
  const server = createServer((client) => {
    const onward = connect(Number(target.port), target.hostname)
    const read = reader(() => sent)
    client.on('data', read)
    for (const [from, to] of [
      [client, onward],
      [onward, client],
    ] as const) {
      sockets.add(from)
      from.on('error', () => {}).on('close', () => to.destroy())
      from.pipe(to)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String((server.address() as AddressInfo).port)
  return {
    url: through.href,
    sent() {
      const taken = sent
      sent = { statements: [], roundTrips: 0 }
      return taken
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Reads the messages of one client: after the startup each is a letter, its length, and the rest. */
function reader(sent: () => Sent): (chunk: Buffer) => void {
  const named = new Map<string, string>()
  const portals = new Map<string, string>()
  let started = false
  let left = Buffer.alloc(0)
  return (chunk) => {
    left = Buffer.concat([left, chunk])
    for (;;) {
      const lead = started ? 1 : 0
      if (left.length < lead + 4) return
      const end = lead + left.readUInt32BE(lead)
      if (left.length < end) return
      const letter = started ? String.fromCharCode(left[0]!) : ''
      const texts = left.toString('utf8', lead + 4, end).split('\0')
      left = left.subarray(end)
      started = true
      const [first = '', second = ''] = texts
      if (letter === 'P') named.set(first, second)
      if (letter === 'B') portals.set(first, named.get(second)!)
      if (letter === 'E') sent().statements.push(portals.get(first)!)
      if (letter === 'Q') sent().statements.push(first)
      if (letter === 'Q' || letter === 'S') sent().roundTrips++
    }
  }
}
