import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import { Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Server as HttpsServer } from 'node:https'
import { sharedSoFar } from '../../../src/core/process/store.js'
import { sentPath } from '../../../src/express/path.js'
import { requestKind } from '../traffic/kind.js'

/** A request to a server of the app's tests, with its final answer. */
export interface HeardTraffic {
  method: string
  path: string
  headers: Record<string, string>
  body: string
  status: number
  answer: { headers: Record<string, string | string[]>; body: string }
  /** whether it passed the layers */
  layered: boolean
}

/** Requests that passed the layers in this process, of any copy of usertwo. */
export const LAYERED = 'own tests'
export interface Layered {
  requests: WeakSet<object>
}

interface Told {
  request: IncomingMessage
  response: ServerResponse
}

/**
 * Writes each request to a server of this process, and its answer as it is sent, to a file. It works below
 * everything that the app and the layers put around them, and however the server was made, including a test's
 * own.
 */
export function noteTraffic(file: string): void {
  const open = new WeakMap<ServerResponse, { body: Buffer[]; answer: Buffer[] }>()
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as Told
    const body: Buffer[] = []
    const answer: Buffer[] = []
    open.set(response, { body, answer })
    const { push } = request
    request.push = function (chunk, encoding) {
      if (chunk) body.push(bytes(chunk, encoding))
      return push.call(this, chunk, encoding)
    }
    const { write, end } = response
    const kept =
      (way: (...args: never[]) => unknown) =>
      (...args: unknown[]) => {
        const [chunk, encoding] = args
        if (chunk && typeof chunk !== 'function')
          answer.push(bytes(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : undefined))
        return Reflect.apply(way, response, args)
      }
    response.write = kept(write) as typeof write
    // Node's `end` sends its data by a write of its own, below this one.
    response.end = kept(end) as typeof end
  })
  subscribe('http.server.response.finish', (message) => {
    const { request, response } = message as Told
    const kept = open.get(response)
    if (!kept) return
    const heard: HeardTraffic = {
      method: request.method!,
      path: (request as { originalUrl?: string }).originalUrl ?? request.url!,
      headers: rawHeaders(request),
      body: Buffer.concat(kept.body).toString('utf8'),
      status: response.statusCode,
      answer: {
        headers: response.getHeaders() as HeardTraffic['answer']['headers'],
        body: Buffer.concat(kept.answer).toString('utf8'),
      },
      layered: sharedSoFar<Layered>(LAYERED)?.requests.has(request) ?? false,
    }
    appendFileSync(file, `${JSON.stringify(heard)}\n`)
  })
}

function bytes(chunk: unknown, encoding?: BufferEncoding): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk as Uint8Array)
}

/** The headers as they arrived: the layers remove a login from `headers`. */
function rawHeaders({ rawHeaders: raw }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let at = 0; at < raw.length; at += 2) headers[raw[at]!.toLowerCase()] = raw[at + 1]!
  return headers
}

/**
 * Answers 404 for the app on the given routes, so that tests which need one of them fail.
 *
 * @param routes with ids named `:id`: `POST /api/auth/login`, `GET /old/:id`
 */
export function withhold(routes: readonly string[]): void {
  for (const { prototype } of [HttpServer, HttpsServer]) {
    const { emit } = prototype
    prototype.emit = function (this: HttpServer, event: string, ...told: unknown[]) {
      const [request, response] = told as [IncomingMessage, ServerResponse]
      const asked = event === 'request' ? requestKind(request.method!, sentPath(request.url!)) : null
      if (!asked || !routes.includes(asked)) return Reflect.apply(emit, this, [event, ...told])
      request.resume()
      response.statusCode = 404
      return response.end('Not Found') !== undefined
    } as typeof emit
  }
}
