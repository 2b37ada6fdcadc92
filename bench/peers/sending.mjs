// Sends requests over real, kept-alive sockets, one at a time on each. Request bytes are built in advance and
// response bodies are only counted, so that the client does not limit what is measured.
import { once } from 'node:events'
import { connect } from 'node:net'
import { IN_FLIGHT } from '../measured.mjs'

/**
 * @param lead ms that do not count, during which connections are opened and idle processes wake up
 * @param connections how many requests are in flight
 * @returns the requests answered within the `ms` after that: how many, and the ms of each; and `all` that were sent. @throws on any status
 * other than `status`
 */
export async function sendFor(
  { port, users },
  { method, path, body, status },
  { ms, lead = 0, connections = IN_FLIGHT },
) {
  const requests = users.map((headers) => bytesOf(port, { method, path, body, headers }))
  const expected = Buffer.from(`HTTP/1.1 ${status} `)
  const from = performance.now() + lead
  const until = from + ms
  let all = 0
  const took = []
  const lane = async () => {
    const socket = connect(port, '127.0.0.1').setNoDelay()
    await once(socket, 'connect')
    try {
      await new Promise((resolve, reject) => {
        let [seen, sent] = [[], 0]
        const next = () => {
          sent = performance.now()
          socket.write(requests[all++ % requests.length])
        }
        socket.on('data', (piece) => {
          const answer = seen.length === 0 ? piece : Buffer.concat([...seen, piece])
          if (!isWhole(answer)) return seen.push(piece)
          seen = []
          if (!answer.subarray(0, expected.length).equals(expected))
            return reject(new Error(`${method} ${path} returned ${answer}`))
          const now = performance.now()
          if (now >= from && now < until) took.push(now - sent)
          if (now < until) next()
          else resolve()
        })
        socket
          .once('error', reject)
          .once('close', () => reject(new Error(`${method} ${path}: the connection was closed`)))
        next()
      })
    } finally {
      socket.destroy()
    }
  }
  await Promise.all(Array.from({ length: connections }, lane))
  return { done: took.length, took, all }
}

export function bytesOf(port, { method, path, body, headers }) {
  const sent = body === undefined ? '' : JSON.stringify(body)
  const lines = {
    host: `127.0.0.1:${port}`,
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) bench',
    accept: 'application/json',
    'accept-encoding': 'gzip, deflate, br',
    ...(sent && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
    ...headers,
  }
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n${sent}`)
}

/** Returns whether a response is complete. Every response of these apps has a Content-Length. */
export function isWhole(answer) {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) return false
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(answer.latin1Slice(0, end)) ?? []
  if (length === undefined)
    throw new Error(`a response without a Content-Length: ${answer.latin1Slice(0, end)}`)
  return answer.length >= end + 4 + Number(length)
}
