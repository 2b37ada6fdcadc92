// One variant: a server and its client in one process. The client's cost is measured too, and is the same in
// all.
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import { redact } from '../../dist/src/redaction/redact.js'
import { IN_FLIGHT, measured } from '../measured.mjs'
import { tenKilobytes } from './body.mjs'
import { listenerFor } from './listener.mjs'

const [name, url] = process.argv.slice(2)
let sent = 0

if (name === 'redaction of a 10 kB body') {
  const body = tenKilobytes()
  measured(async () => redact(body))
} else {
  const server = createServer(await listenerFor(name, url)).listen(0, '127.0.0.1')
  server.keepAliveTimeout = 0 // the turns of other variants take longer than the default
  await once(server, 'listening')
  const { port } = server.address()
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT })
  await get(port, agent)
  measured(() => get(port, agent))
}

/** Sends a request from an address of its own, so that no rate limit applies. */
function get(port, agent) {
  sent++
  const address = `10.${sent >> 16}.${(sent >> 8) & 255}.${sent & 255}`
  const headers = { 'x-forwarded-for': address, accept: 'application/json' }
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/health', agent, headers }, (res) => {
      if (res.statusCode !== 200) reject(new Error(`/health returned ${res.statusCode}`))
      res.resume().on('end', resolve)
    })
      .on('error', reject)
      .end()
  })
}
