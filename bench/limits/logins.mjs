// Runs in its own thread, with requests prepared in advance, so that the list requests do not wait for the
// logins.
import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { bytesOf, isWhole } from '../peers/sending.mjs'

const { port, password } = workerData

/**
 * Logs all users in at once, each from an address of their own. Reports their statuses and the time it took,
 * in ms.
 */
parentPort.on('message', async ({ round, logins }) => {
  const requests = Array.from({ length: logins }, (_, at) =>
    bytesOf(port, {
      method: 'POST',
      path: '/api/auth/login',
      body: { email: `user${at + 1}@example.com`, password },
    }),
  )
  const began = performance.now()
  const statuses = await Promise.all(
    requests.map((request, at) => statusOf(request, `127.0.${round}.${at + 1}`)),
  )
  parentPort.postMessage({ statuses, ms: performance.now() - began })
})

function statusOf(request, localAddress) {
  return new Promise((resolve, reject) => {
    const pieces = []
    const socket = connect({ port, host: '127.0.0.1', localAddress })
    socket.once('close', () => reject(new Error('a login was not answered')))
    socket.once('error', reject).on('data', (piece) => {
      pieces.push(piece)
      const answer = Buffer.concat(pieces)
      if (!isWhole(answer)) return
      resolve(Number(answer.toString('latin1', 'HTTP/1.1 '.length, 'HTTP/1.1 200'.length)))
      socket.destroy()
    })
    socket.write(request)
  })
}
