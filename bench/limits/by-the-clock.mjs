// Sends requests at a fixed rate, whether or not earlier ones were answered. A response time counts from when
// its request was due.
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { bytesOf, isWhole } from '../peers/sending.mjs'

/** The longest response time, in ms. A slower response is an error. */
const LONGEST = 20_000

/**
 * @param request method, path, body and the status that every response must have
 * @returns for each request, in order, when it was due and how long its response took from then, in ms
 * @throws if a response has another status or does not arrive
 */
export async function atRate({ port, users }, { method, path, body, status }, { perSecond, ms }) {
  const requests = users.map((headers) => bytesOf(port, { method, path, body, headers }))
  const expected = Buffer.from(`HTTP/1.1 ${status} `)
  const [idle, all] = [[], []]
  const answerTo = async (bytes) => {
    let socket = idle.pop()
    while (socket?.destroyed) socket = idle.pop()
    socket ??= opened(port, all)
    const answer = await once(socket, bytes)
    // A server may close an idle connection at this very moment.
    return answer ? { socket, answer } : answerTo(bytes)
  }
  const began = performance.now()
  const times = []
  const pending = []
  for (let at = 0; (at * 1000) / perSecond < ms; at++) {
    const due = began + (at * 1000) / perSecond
    const left = due - performance.now()
    if (left > 0) await sleep(left)
    const answered = answerTo(requests[at % requests.length]).then(({ socket, answer }) => {
      if (!answer.subarray(0, expected.length).equals(expected))
        throw new Error(`${method} ${path} returned ${answer}`)
      times[at] = { due: due - began, took: performance.now() - due }
      idle.push(socket)
    })
    // Failures are thrown by `Promise.all` below.
    answered.catch(() => {})
    pending.push(answered)
  }
  const late = sleep(LONGEST, undefined, { ref: false }).then(() => {
    throw new Error(`${method} ${path} was not answered within ${LONGEST} ms`)
  })
  try {
    await Promise.race([Promise.all(pending), late])
  } finally {
    for (const socket of all) socket.destroy()
  }
  return times
}

function opened(port, all) {
  const socket = connect(port, '127.0.0.1').setNoDelay()
  socket.on('error', () => {})
  all.push(socket)
  return socket
}

/** @returns null if the connection had been used before and is closed */
function once(socket, request) {
  const isNew = socket.bytesWritten === 0
  return new Promise((resolve, reject) => {
    const seen = []
    const over = () => socket.off('data', more).off('close', gone)
    const gone = () => {
      over()
      if (seen.length === 0 && !isNew) resolve(null)
      else reject(new Error('the connection was closed'))
    }
    const more = (piece) => {
      seen.push(piece)
      const answer = seen.length === 1 ? piece : Buffer.concat(seen)
      if (!isWhole(answer)) return
      over()
      resolve(answer)
    }
    socket.on('data', more).on('close', gone)
    socket.write(request)
  })
}

/** Returns the time that the given share of the responses did not exceed. */
export function quantile(times, share) {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
