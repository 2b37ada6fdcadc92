import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { READY } from '../../src/ready.js'

/** A proxy that hands each request to one replica, once, as a platform's does. */
export interface Balancer {
  /** the address of the deployment, without a slash at the end */
  at: string
  /**
   * @param replica its address
   * @param health the path that answers 200 while it takes requests; default `/ready`
   */
  add(replica: string, health?: string): void
  /** sends nothing more to a replica, and resolves when its last answer is complete */
  remove(replica: string): Promise<void>
  stop(): Promise<void>
}

interface Replica {
  health: string
  isReady: boolean
  /** the answers that are not complete yet */
  inFlight: Set<Promise<unknown>>
}

const LOOK_MS = 250

/** Looks at the health of each replica four times a second, and sends nothing to one that does not answer 200. */
export async function balancer(): Promise<Balancer> {
  const replicas = new Map<string, Replica>()
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 2 })
  let turn = 0
  const server = createServer((req, res) => {
    const ready = [...replicas].filter(([, { isReady }]) => isReady)
    const next = ready[turn++ % ready.length]
    if (!next) return void res.writeHead(502).end('no replica is ready')
    const [url, { inFlight }] = next
    const answered = once(res, 'close').finally(() => inFlight.delete(answered))
    inFlight.add(answered)
    passOn(url, agent, req, res)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const looking = watch(replicas)
  return {
    at: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (url, health = READY) => void replicas.set(url, { health, isReady: true, inFlight: new Set() }),
    async remove(url) {
      const inFlight = replicas.get(url)?.inFlight ?? []
      replicas.delete(url)
      await Promise.allSettled(inFlight)
    },
    async stop() {
      clearInterval(looking)
      server.closeAllConnections()
      server.close()
      agent.destroy()
    },
  }
}

function passOn(url: string, agent: Agent, req: IncomingMessage, res: ServerResponse): void {
  const headers = {
    ...req.headers,
    'x-forwarded-for': req.socket.remoteAddress,
    'x-forwarded-proto': 'https',
  }
  const onward = request(`${url}${req.url}`, { method: req.method, headers, agent }, (answer) => {
    res.writeHead(answer.statusCode!, answer.headers)
    answer.pipe(res)
  })
  onward.on('error', (error) => {
    if (res.headersSent) res.destroy()
    else res.writeHead(502).end(`${url}: ${error.message}`)
  })
  req.pipe(onward)
}

function watch(replicas: ReadonlyMap<string, Replica>): NodeJS.Timeout {
  const asked = new Set<string>()
  async function look(url: string, replica: Replica) {
    if (asked.has(url)) return
    asked.add(url)
    const status = await fetch(url + replica.health).then(
      (answer) => answer.status,
      () => 0,
    )
    asked.delete(url)
    replica.isReady = status === 200
  }
  return setInterval(() => {
    for (const [url, replica] of replicas) void look(url, replica)
  }, LOOK_MS)
}
