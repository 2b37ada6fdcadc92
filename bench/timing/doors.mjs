// The endpoints that must not reveal whether an address has an account, with their requests.
import { request } from 'node:http'
import { passwords } from '../../dist/src/phases/4-auth/passwords/passwords.js'

export const COST = 10
const WRONG = 'a wrong one, and long enough'

/**
 * All endpoints use the same users. Register follows login, so that each endpoint finds existing accounts.
 */
export const DOORS = [
  { name: 'login', path: '/api/auth/login', status: 401, body: (email) => ({ email, password: WRONG }) },
  {
    name: 'register',
    path: '/api/auth/register',
    status: 202,
    body: (email) => ({ email, password: WRONG }),
  },
  { name: 'forgot', path: '/api/auth/password/forgot', status: 202, body: (email) => ({ email }) },
]

export async function passwordHash() {
  const hasher = passwords({ cost: COST })
  const hash = await hasher.hash('theirs, and long enough')
  await hasher.close()
  return hash
}

let addresses = 0

/**
 * Returns the time of one response in ms, from an address of its own. @throws on another status, because that
 * is different work
 */
export function answerTime(port, { name, path, status, body }, kind, at) {
  const email = kind === 'known' ? `known${at}@example.com` : `unknown${at}-${name}@example.com`
  const sent = JSON.stringify(body(email))
  const n = ++addresses
  const localAddress = `127.${1 + Math.floor(n / 62_500)}.${Math.floor(n / 250) % 250}.${1 + (n % 250)}`
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }
    const sending = request(
      { host: '127.0.0.1', port, localAddress, method: 'POST', path, headers, agent: false },
      (answer) => {
        answer.resume().on('end', () => {
          if (answer.statusCode === status) resolve(performance.now() - began)
          else reject(new Error(`${name} of a ${kind} address returned ${answer.statusCode}`))
        })
      },
    )
    sending.on('error', reject).end(sent)
  })
}
