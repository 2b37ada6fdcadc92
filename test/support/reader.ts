import type { Answer } from '../../proof/gate/app/http.js'
import type { Target, Visitor } from '../../proof/gate/gate.js'

// The moment the requests of a test are made at: the app under test takes it from the header.
const CLOCK_HEADER = 'x-gate-clock'

/** A user of comic-pile: sends requests, each from another address, since the app limits by address. */
export interface Reader {
  ask(method: string, path: string, body?: unknown): Promise<Answer>
  /** The JSON of a GET. @throws when it is not answered 200 */
  get<Json>(path: string): Promise<Json>
  /** @throws when it is not answered 2xx */
  send<Json>(method: string, path: string, body?: unknown): Promise<Json>
}

let last = 0
const nextAddress = () => {
  last++
  return `127.3.${Math.floor(last / 250) % 250}.${(last % 250) + 1}`
}

/** @param at ms since 1970, the moment the app answers at; default: its own clock */
export function reader(target: Target, { token, at }: { token?: string; at?: number } = {}): Reader {
  const headers: Record<string, string> = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(at && { [CLOCK_HEADER]: String(at) }),
  }
  const ask = (method: string, path: string, body?: unknown) => {
    const as: Visitor = { name: 'reader', address: nextAddress(), headers }
    return target.ask(method, path, { as, body })
  }
  const send = async <Json>(method: string, path: string, body?: unknown) => {
    const answer = await ask(method, path, body)
    if (answer.status < 200 || answer.status > 299)
      throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body.slice(0, 500)}`)
    return answer.json as Json
  }
  return { ask, send, get: (path) => send('GET', path) }
}

export interface Account {
  email: string
  password: string
}

/** Registers and logs in. @returns the token */
export async function join(target: Target, account: Account, claimCode?: string): Promise<string> {
  const body = { ...account, ...(claimCode && { claim_code: claimCode }) }
  await reader(target).send('POST', '/api/auth/register', body)
  return login(target, account)
}

export async function login(target: Target, account: Account): Promise<string> {
  return (await reader(target).send<{ access_token: string }>('POST', '/api/auth/login', account))
    .access_token
}
