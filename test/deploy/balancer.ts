import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands where a platform's proxy does: hands each request to one replica, once. */
export interface Balancer {
  at: string
  add(replica: string): void
  remove(replica: string): void
  stop(): Promise<void>
}

const ASK_MS = 250

/** Asks each replica's `/ready` four times a second, and sends nothing to one that does not answer 200. No request is repeated. */
export async function balancer(): Promise<Balancer> {
  const ready = new Map<string, boolean>()
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 2 })
  let turn = 0
  const server = createServer((req, res) => {
    const open = [...ready].filter(([, isReady]) => isReady).map(([replica]) => replica)
    const replica = open[turn++ % open.length]
    if (!replica) return void res.writeHead(502).end('no replica is ready')
    const headers = {
      ...req.headers,
      'x-forwarded-for': req.socket.remoteAddress,
      'x-forwarded-proto': 'https',
    }
    const onward = request(`${replica}${req.url}`, { method: req.method, headers, agent }, (answer) => {
      res.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(res)
    })
    onward.on('error', (error) => res.writeHead(502).end(`${replica}: ${error.message}`))
    req.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const asked = new Set<string>()
  async function look(replica: string) {
    if (asked.has(replica)) return
    asked.add(replica)
    const status = await fetch(`${replica}/ready`).then(
      (answer) => answer.status,
      () => 0,
    )
    asked.delete(replica)
    if (ready.has(replica)) ready.set(replica, status === 200)
  }
  const looking = setInterval(() => [...ready.keys()].map(look), ASK_MS)
  return {
    at: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (replica) => void ready.set(replica, true),
    remove: (replica) => void ready.delete(replica),
    async stop() {
      clearInterval(looking)
      server.closeAllConnections()
      server.close()
      agent.destroy()
    },
  }
}
