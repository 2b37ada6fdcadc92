// One variant: a server and what asks it, in one process. The asking is part of what is measured, the same in all.
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import { redact } from '../../dist/src/redaction/redact.js'
import { IN_FLIGHT, measured } from '../measured.mjs'
import { tenKilobytes } from './body.mjs'
import { listenerFor } from './listener.mjs'

const [name, url] = process.argv.slice(2)
let asked = 0

if (name === 'redaction of a 10 kB body') {
  const body = tenKilobytes()
  measured(async () => redact(body))
} else {
  const server = createServer(await listenerFor(name, url)).listen(0, '127.0.0.1')
  server.keepAliveTimeout = 0 // other variants' turns are longer than the default
  await once(server, 'listening')
  const { port } = server.address()
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT })
  await get(port, agent)
  measured(() => get(port, agent))
}

/** Each request comes from its own address, or the rate limits would answer. */
function get(port, agent) {
  asked++
  const address = `10.${asked >> 16}.${(asked >> 8) & 255}.${asked & 255}`
  const headers = { 'x-forwarded-for': address, accept: 'application/json' }
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/health', agent, headers }, (res) => {
      if (res.statusCode !== 200) reject(new Error(`/health answers ${res.statusCode}`))
      res.resume().on('end', resolve)
    })
      .on('error', reject)
      .end()
  })
}
