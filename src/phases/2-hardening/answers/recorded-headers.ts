import { type ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { isDeepStrictEqual } from 'node:util'

type Middleware = (req: IncomingMessage, res: ServerResponse, next: () => void) => void
type Headers = readonly (readonly [name: string, value: string])[]

/** Returns the headers that a middleware sets for a request with these headers. It runs once. */
export function recordedHeaders(middleware: Middleware, headers: IncomingMessage['headers'] = {}): Headers {
  const req = Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url: '/', headers })
  const res = new ServerResponse(req)
  middleware(req, res, () => {})
  return headersOf(res)
}

function headersOf(res: ServerResponse): Headers {
  const names: string[] = (res as unknown as ClientRequest).getRawHeaderNames()
  return names.map((name) => [name, String(res.getHeader(name))])
}

type SetHeaders = (res: ServerResponse) => void
/** Where Node keeps headers: by lower-case name, the name as given and the value. */
type Kept = Record<string, [name: string, value: unknown]>

/**
 * Returns a function that sets these headers on an answer, as `setHeader` does for each. Names and values are
 * validated once, here, and not for each answer: for ten headers that is most of the cost.
 */
export function settingHeaders(headers: Headers): SetHeaders {
  const oneByOne: SetHeaders = (res) => {
    for (const [name, value] of headers) res.setHeader(name, value)
  }
  const keptIn = Object.getOwnPropertySymbols(anAnswer()).find(
    ({ description }) => description === 'kOutHeaders',
  )
  if (keptIn === undefined) return oneByOne
  const entries = headers.map(([name, value]) => [name.toLowerCase(), name, value] as const)
  const together: SetHeaders = (res) => {
    // After the head each is refused, and the app may have its own `setHeader`.
    if (res.headersSent || res.setHeader !== ServerResponse.prototype.setHeader) return oneByOne(res)
    const inside = res as unknown as Record<symbol, Kept | null>
    // Before the first header there is no object to hold them.
    inside[keptIn] ??= new Head() as Kept
    const kept = inside[keptIn]
    // A new pair for each answer, because a value that is added later goes into the pair.
    for (const [key, name, value] of entries) kept[key] = [name, value]
  }
  return isDeepStrictEqual(written(oneByOne), written(together)) ? together : oneByOne
}

/** Like Node's own, without a prototype. A constructor gives them all one hidden class. */
function NoPrototype(this: object): void {}
NoPrototype.prototype = Object.create(null)
const Head = NoPrototype as unknown as new () => object

const anAnswer = () => new ServerResponse(new IncomingMessage(new Socket()))

/** Returns the headers of two answers, one that had none before and one that had some, for comparison. */
function written(set: SetHeaders): Headers[] {
  const [none, some] = [anAnswer(), anAnswer()]
  some.setHeader('X-Frame-Options', 'from before')
  return [none, some].map((res) => {
    set(res)
    return headersOf(res)
  })
}
