// Asks over real sockets, kept alive, one request at a time on each. Bytes are made before and answers only counted
// out: what asks must never be what is measured.
import { once } from 'node:events'
import { connect } from 'node:net'
import { IN_FLIGHT } from '../measured.mjs'

/**
 * @param lead ms before it counts, in which connections are opened and idle processes wake
 * @returns requests answered within the `ms` after that, and `all` that were sent. @throws at any answer but
 * `status`
 */
export async function ask({ port, people }, { method, path, body, status }, ms, lead = 0) {
  const requests = people.map((headers) => bytesOf(port, { method, path, body, headers }))
  const expected = Buffer.from(`HTTP/1.1 ${status} `)
  const from = performance.now() + lead
  const until = from + ms
  let [all, done] = [0, 0]
  const lane = async () => {
    const socket = connect(port, '127.0.0.1').setNoDelay()
    await once(socket, 'connect')
    try {
      await new Promise((resolve, reject) => {
        let seen = []
        const next = () => socket.write(requests[all++ % requests.length])
        socket.on('data', (piece) => {
          const answer = seen.length === 0 ? piece : Buffer.concat([...seen, piece])
          if (!isWhole(answer)) return seen.push(piece)
          seen = []
          if (!answer.subarray(0, expected.length).equals(expected))
            return reject(new Error(`${method} ${path} is answered ${answer}`))
          const now = performance.now()
          if (now >= from && now < until) done++
          if (now < until) next()
          else resolve()
        })
        socket.once('error', reject).once('close', () => reject(new Error(`${method} ${path}: hung up`)))
        next()
      })
    } finally {
      socket.destroy()
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  return { done, all }
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

/** Every answer of these apps says its length. */
export function isWhole(answer) {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) return false
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(answer.latin1Slice(0, end)) ?? []
  if (length === undefined) throw new Error(`an answer without a length: ${answer.latin1Slice(0, end)}`)
  return answer.length >= end + 4 + Number(length)
}
