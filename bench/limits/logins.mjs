// In a thread of its own: what asks beside the logins is not to wait for them itself.
import { request } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

const { port, password } = workerData

/** All at once, each of a person of their own from an address of their own: their statuses, and how long it took, ms. */
parentPort.on('message', async ({ round, logins }) => {
  const began = performance.now()
  const statuses = await Promise.all(
    Array.from({ length: logins }, (_, at) => login(at + 1, `127.0.${round}.${at + 1}`)),
  )
  parentPort.postMessage({ statuses, ms: performance.now() - began })
})

function login(person, localAddress) {
  const body = JSON.stringify({ email: `person${person}@example.com`, password })
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        port,
        host: '127.0.0.1',
        localAddress,
        method: 'POST',
        path: '/api/auth/login',
        agent: false,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (answer) => answer.resume().on('end', () => resolve(answer.statusCode)),
    )
    sent.on('error', reject).end(body)
  })
}
