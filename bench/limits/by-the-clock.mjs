// Sends requests at a fixed rate, whether earlier ones were answered or not: an answer's time counts from
// when its request was due.
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { bytesOf, isWhole } from '../peers/asking.mjs'

/** Whatever is slower than this has failed. ms */
const LONGEST = 20_000

/**
 * @param asked method, path, body and the status that every answer must have
 * @returns for each request, in order, when it was due and how long its answer took from then, ms
 * @throws at any other answer, and where one does not come
 */
export async function atRate({ port, people }, { method, path, body, status }, { perSecond, ms }) {
  const requests = people.map((headers) => bytesOf(port, { method, path, body, headers }))
  const expected = Buffer.from(`HTTP/1.1 ${status} `)
  const [idle, all] = [[], []]
  const asked = async (request) => {
    let socket = idle.pop()
    while (socket?.destroyed) socket = idle.pop()
    socket ??= opened(port, all)
    const answer = await once(socket, request)
    // A server ends a connection that was idle for a while, perhaps at this moment.
    return answer ? { socket, answer } : asked(request)
  }
  const began = performance.now()
  const times = []
  const pending = []
  for (let at = 0; (at * 1000) / perSecond < ms; at++) {
    const due = began + (at * 1000) / perSecond
    const left = due - performance.now()
    if (left > 0) await sleep(left)
    const answered = asked(requests[at % requests.length]).then(({ socket, answer }) => {
      if (!answer.subarray(0, expected.length).equals(expected))
        throw new Error(`${method} ${path} is answered ${answer}`)
      times[at] = { due: due - began, took: performance.now() - due }
      idle.push(socket)
    })
    // What fails is thrown at the end.
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

/** @returns null where the connection had been used before and is over */
function once(socket, request) {
  const isNew = socket.bytesWritten === 0
  return new Promise((resolve, reject) => {
    const seen = []
    const over = () => socket.off('data', more).off('close', gone)
    const gone = () => {
      over()
      if (seen.length === 0 && !isNew) resolve(null)
      else reject(new Error('hung up'))
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

/** The time that this share of them does not pass. */
export function quantile(times, share) {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
