import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ask } from '../../proof/gate/app/http.js'
import type { AppOptions, Gate, Route, Target } from '../../proof/gate/gate.js'
import { type ConfigInput, parseConfig } from '../../src/config/config.js'

export interface Served extends Target {
  server: Server
}

/** Serves a listener over HTTP, as a gate serves an app that it has started. */
export async function served(
  listener: RequestListener,
  output: Target['output'] = () => '',
): Promise<Served> {
  // What comes by half is not waited for as long as in production.
  const soon = { headersTimeout: 2_000, requestTimeout: 2_000, connectionsCheckingInterval: 250 }
  const server = createServer(soon, listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    server,
    url,
    ask: (method, path, how) => ask(url, method, path, how),
    headersOf: ({ headers }) => headers,
    output,
    statements: async () => null,
    namesRead: async () => ({ query: [], body: [], headers: [] }),
    jobs: async () => ({ called: [], sent: [], refused: [], failed: [] }),
    callTimers: async () => 0,
    counters: async () => [],
    stop: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** The gate of a check that looks at answers alone: which app it is given is said for each of its options. */
export function gateOver(
  app: (options: AppOptions) => Promise<Target>,
  routes: readonly string[],
  more: Partial<ConfigInput> = {},
): Gate {
  const config = parseConfig({
    app: { start: ['node', 'a.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    ...more,
  })
  const declared = routes.map((one): Route => {
    const [method = '', path = ''] = one.split(' ')
    return { method, path, at: 'a.js:1' }
  })
  const gate: Partial<Gate> = {
    phase: 2,
    config,
    proving: false,
    app: (options = {}) => app(options),
    routes: async () => declared,
  }
  return gate as Gate
}
