// One variant: a server, and in the same process what asks it: plain sockets, which cost little and the same in all.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { redact } from '../../dist/core/redact.js'
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
  await once(server, 'listening')
  const { port } = server.address()
  const lines = Array.from({ length: IN_FLIGHT }, () => lineTo(port))
  const piece = async () => {
    const line = lines.pop()
    await line.get()
    lines.push(line)
  }
  await piece()
  measured(piece)
}

/** A connection that asks one request after the other, each from an address of its own, or the limits would answer. */
function lineTo(port) {
  let text = ''
  let done
  const socket = connect(port, '127.0.0.1').setNoDelay(true)
  socket.setEncoding('latin1').on('data', (part) => {
    text += part
    const head = text.indexOf('\r\n\r\n')
    if (head === -1 || text.length < head + 4 + Number(/content-length: (\d+)/i.exec(text)[1])) return
    if (!text.startsWith('HTTP/1.1 200')) throw new Error(`/health answers ${text.slice(0, 40)}`)
    text = ''
    done()
  })
  return {
    get: () =>
      new Promise((resolve) => {
        done = resolve
        asked++
        const address = `10.${asked >> 16}.${(asked >> 8) & 255}.${asked & 255}`
        socket.write(`GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: ${address}\r\n\r\n`)
      }),
  }
}
