import { request as http } from 'node:http'
import { request as https } from 'node:https'
import type { Answer } from '../../proof/gate/app/http.js'
import { jsonIn } from '../../proof/gate/json.js'
import { rootOf } from '../../src/config/addresses.js'

/** ms for each answer */
const PATIENCE = 20_000
/** Rate limits of the deployment are per minute, so no wait is longer. Seconds */
const LONGEST_WAIT = 65
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

export interface Said {
  headers?: Record<string, string>
  /** sent as JSON */
  body?: unknown
  /** an access token, in the header that the configuration names */
  token?: string
  cookie?: string
  /** as a browser opens a page */
  page?: boolean
}

/** An answer, and what it answers. */
export interface SiteAnswer extends Answer {
  route: string
  cookies: string[]
}

export interface Deployment {
  /** scheme, name and port: what a browser says of where its pages come from */
  origin: string
  /** the path of the app there, `/notes`, that a proxy takes away; empty: none. Requests are named without it. */
  root: string
  isHttps: boolean
  /** it is on this machine */
  isLoopback: boolean
  /** sends a request; after a 429 it waits and sends it once more, so that a run never locks a user out */
  ask(method: string, path: string, said?: Said): Promise<SiteAnswer>
}

export interface SiteOptions {
  /** the name of the header that carries a token */
  header: string
  /** sent with every request */
  headers?: () => Record<string, string>
  signal: AbortSignal
  sleep(ms: number): Promise<void>
  /** prints progress */
  tell(line: string): void
}

/** The deployment at an address, as a client without a browser sees it: no redirect is followed. */
export function openSite(url: string, { header, headers, signal, sleep, tell }: SiteOptions): Deployment {
  const { origin, protocol, hostname } = new URL(url)
  const root = rootOf({ PUBLIC_URL: url })

  function once(method: string, path: string, said: Said): Promise<SiteAnswer> {
    const payload = said.body === undefined ? undefined : JSON.stringify(said.body)
    const sent = { ...headersFor(said, payload, header), ...headers?.(), ...said.headers }
    return send(origin, { method, root, path, headers: sent, payload, signal })
  }

  return {
    origin,
    root,
    isHttps: protocol === 'https:',
    isLoopback: LOOPBACK.test(hostname),
    async ask(method, path, said = {}) {
      const heard = await once(method, path, said)
      const wait = Number(heard.headers['retry-after'])
      if (heard.status !== 429 || !(wait > 0) || wait > LONGEST_WAIT) return heard
      tell(`${method} ${path}: the budget of this address is used up; waiting ${wait} s for it`)
      await sleep(wait * 1000)
      return once(method, path, said)
    },
  }
}

/** The headers that a client of the API, or a browser that opens a page, sends. */
function headersFor(
  { page, token, cookie }: Said,
  payload: string | undefined,
  header: string,
): Record<string, string> {
  return {
    accept: page ? 'text/html' : 'application/json',
    'user-agent': 'usertwo-smoke',
    ...(payload !== undefined && {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(payload)),
    }),
    ...(page && { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }),
    ...(token !== undefined && { [header]: `Bearer ${token}` }),
    ...(cookie && { cookie }),
  }
}

interface Sent {
  method: string
  root: string
  path: string
  headers: Record<string, string>
  payload: string | undefined
  signal: AbortSignal
}

/** Sends a request over a connection of its own, and reads the answer whole. */
function send(origin: string, { method, root, path, headers, payload, signal }: Sent): Promise<SiteAnswer> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) =>
      reject(
        signal.aborted
          ? signal.reason
          : new Error(`no answer to ${method} ${path}: ${cause.message}`, { cause }),
      )
    const to = { method, path: root + path, headers, agent: false as const, timeout: PATIENCE, signal }
    const asked = (origin.startsWith('https:') ? https : http)(origin, to, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('error', failed)
      res.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8')
        resolve({
          status: res.statusCode ?? 0,
          headers: res.headers,
          body,
          json: jsonIn(body),
          ms: performance.now() - started,
          route: `${method} ${path}`,
          cookies: res.headers['set-cookie'] ?? [],
        })
      })
    })
    asked.on('timeout', () => asked.destroy(new Error(`nothing within ${PATIENCE / 1000} s`)))
    asked.on('error', failed)
    asked.end(payload)
  })
}
