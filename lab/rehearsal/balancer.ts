import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createTls } from 'node:https'
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

/** How a proxy in front of replicas speaks to both sides. */
export interface ProxyOptions {
  /** speaks https with this certificate */
  tls?: { cert: string; key: string }
  /** the Host header that replicas get; default: that of the request */
  host?: string
}

const LOOK_MS = 250
/** The address that replicas see of every client (RFC 5737). */
const CLIENT = '203.0.113.20'

/** Looks at the health of each replica four times a second, and sends nothing to one that does not answer 200. */
export async function balancer({ tls, host }: ProxyOptions = {}): Promise<Balancer> {
  const replicas = new Map<string, Replica>()
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 2 })
  let turn = 0
  const handle = (req: IncomingMessage, res: ServerResponse) => {
    const ready = [...replicas].filter(([, { isReady }]) => isReady)
    const next = ready[turn++ % ready.length]
    if (!next) return void res.writeHead(502).end('no replica is ready')
    const [url, { inFlight }] = next
    const answered = once(res, 'close').finally(() => inFlight.delete(answered))
    inFlight.add(answered)
    passOn({ url, agent, host }, req, res)
  }
  const server = tls ? createTls(tls, handle) : createServer(handle)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const looking = watch(replicas)
  return {
    at: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
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

interface Onward {
  url: string
  agent: Agent
  host: string | undefined
}

function passOn({ url, agent, host }: Onward, req: IncomingMessage, res: ServerResponse): void {
  const headers = {
    ...req.headers,
    ...(host && { host }),
    'x-forwarded-for': [req.headers['x-forwarded-for'] ?? [], CLIENT].flat().join(', '),
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
