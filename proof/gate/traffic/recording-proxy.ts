import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Config } from '../../../src/config/config.js'
import { isSecretName } from '../../../src/redaction/secret-names.js'
import type { Answer } from '../app/http.js'
import type { Target } from '../gate.js'
import { loginHeaders, withoutToken } from '../people/held-credentials.js'
import { EPOCH } from '../templates.js'
import type { Exchange } from './exchange.js'
import { clockOf } from './har.js'
import { kept, locationOf, send } from './send.js'

/** A complete request as it was sent, and its answer. It is never written to a file as it is. */
export interface ProxiedRequest {
  method: string
  path: string
  headers: Record<string, string>
  body: string
  status: number
  answer: { headers: Record<string, string | string[] | undefined>; body: string }
}

export interface RecordingProxy {
  url: string
  exchanges: Exchange[]
  /** the same requests, to be replayed */
  sent: ProxiedRequest[]
  /**
   * names of headers that look like keys but are not in the configuration, and the number of requests with
   * them
   */
  unnamed: Map<string, number>
  close(): void
}

/** What a browser fetches for a page, by its Sec-Fetch-Dest: forwarded unchanged, and not recorded. */
const FETCHED = new Set(['script', 'style', 'image', 'font', 'manifest', 'audio', 'video', 'worker'])
/** Headers of a connection, and of a body that is sent whole. */
const OWN = new Set(['connection', 'transfer-encoding', 'content-length', 'keep-alive'])

/**
 * Records the requests to the app as it was, and its answers. Cookies, keys and the app's own tokens reach the
 * app. Of these headers only the names are recorded, and only those for which a replay has values.
 */
export async function openProxy(target: Target, config: Config, port = 0): Promise<RecordingProxy> {
  const exchanges: Exchange[] = []
  const sent: ProxiedRequest[] = []
  const unnamed = new Map<string, number>()
  const named = new Set([...loginHeaders(config.auth), ...Object.keys(config.app.headers ?? {})])
  const { ask } = target
  let url = ''

  async function record(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await bodyOf(req)
    const headers = forwarded(req, named)
    const names = Object.keys(headers)
    const asked = requestOf(req, body, names)
    const { answer, route } = await send(
      { ...target, ask },
      asked,
      clockOf(EPOCH, exchanges.length),
      undefined,
      headers,
    )
    res.writeHead(answer.status, passedOn(answer.headers, target.url, url)).end(answer.asSent ?? answer.body)
    const keys = names.filter((name) => !named.has(name))
    for (const name of keys) unnamed.set(name, (unnamed.get(name) ?? 0) + 1)
    if (keys.length) return
    exchanges.push({ ...asked, route, response: recordedAnswer(config, asked.path, answer, target.url) })
    const type = req.headers['content-type']
    const { method, path } = asked
    const whole = { ...headers, ...(type && { 'content-type': type }) }
    const { status } = answer
    const answered = { headers: answer.headers, body: answer.body }
    sent.push({ method, path, headers: whole, body, status, answer: answered })
  }

  const proxy = createServer((req, res) => {
    if (FETCHED.has(String(req.headers['sec-fetch-dest']))) return passOn(target.url, req, res)
    record(req, res).catch((error: Error) => {
      if (!res.headersSent) res.writeHead(502)
      res.end(error.message)
    })
  })
  await new Promise<void>((resolve, reject) => proxy.once('error', reject).listen(port, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  return {
    url,
    exchanges,
    sent,
    unnamed,
    close: () => {
      proxy.close()
      proxy.closeAllConnections()
    },
  }
}

/** Returns an answer as it is recorded, without a token of the app. */
function recordedAnswer({ auth }: Config, path: string, answer: Answer, url: string): Exchange['response'] {
  const location = locationOf(answer, url)
  const { body, ...response } = kept(answer, url)
  return { ...response, body: withoutToken(auth, path, body), ...(location && { location }) }
}

/** Returns a request as it is recorded: its content type, and only the names of its other headers. */
function requestOf(
  { method, url, headers }: IncomingMessage,
  body: string,
  names: string[],
): Pick<Exchange, 'method' | 'path' | 'request'> {
  const contentType = headers['content-type'] ?? null
  return {
    method: method!,
    path: url!,
    request: { contentType, body: body || null, ...(names.length && { headers: names }) },
  }
}

/**
 * Returns the headers that are forwarded to the app: those of the configuration, cookies, and headers that
 * look like keys.
 */
function forwarded({ headers }: IncomingMessage, named: ReadonlySet<string>): Record<string, string> {
  const own = Object.entries(headers).filter(([name]) => named.has(name) || isSecretName(name))
  return Object.fromEntries(own.map(([name, value]) => [name, String(value)]))
}

function passOn(app: string, req: IncomingMessage, res: ServerResponse): void {
  const { hostname, port } = new URL(app)
  const { method, url: path, headers } = req
  const asked = request({ hostname, port, method, path, headers }, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(res)
  })
  asked.on('error', () => res.writeHead(502).end())
  req.pipe(asked)
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function passedOn(
  headers: Record<string, string | string[] | undefined>,
  app: string,
  here: string,
): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (value === undefined || OWN.has(name) || name.startsWith('x-gate-')) return []
      return [[name, name === 'location' && typeof value === 'string' ? value.replace(app, here) : value]]
    }),
  )
}
