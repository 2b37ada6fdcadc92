import { type ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

type Middleware = (req: IncomingMessage, res: ServerResponse, next: () => void) => void
export type Headers = readonly (readonly [name: string, value: string])[]

/** What a middleware sets on the answer to a request with these headers: it says the same each time, and is asked once. */
export function recordedHeaders(middleware: Middleware, headers: IncomingMessage['headers'] = {}): Headers {
  const req = Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url: '/', headers })
  const res = new ServerResponse(req)
  middleware(req, res, () => {})
  const names: string[] = (res as unknown as ClientRequest).getRawHeaderNames()
  return names.map((name) => [name, String(res.getHeader(name))])
}

export function setHeaders(res: ServerResponse, headers: Headers): void {
  for (const [name, value] of headers) res.setHeader(name, value)
}
