import { type ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { isDeepStrictEqual } from 'node:util'

type Middleware = (req: IncomingMessage, res: ServerResponse, next: () => void) => void
type Headers = readonly (readonly [name: string, value: string])[]

/** What a middleware sets on the answer to a request with these headers: it says the same each time, and is asked once. */
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
/** Where Node keeps what is set: by the name in lower case, the name as it was said and the value. */
type Kept = Record<string, [name: string, value: unknown]>

/**
 * Sets these headers on an answer, as `setHeader` does for each of them. Their names and values are looked at once, here,
 * and not for each answer: of ten headers that is most of what they cost.
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
    // After the head each is refused, and the app may have set its own way.
    if (res.headersSent || res.setHeader !== ServerResponse.prototype.setHeader) return oneByOne(res)
    const inside = res as unknown as Record<symbol, Kept | null>
    // Before the first one there is nowhere to put them.
    inside[keptIn] ??= new Head() as Kept
    const kept = inside[keptIn]
    // A pair for each answer: a value that is added to one goes into the pair.
    for (const [key, name, value] of entries) kept[key] = [name, value]
  }
  return isDeepStrictEqual(written(oneByOne), written(together)) ? together : oneByOne
}

/** As Node's own, without a prototype; of a constructor V8 gives all of them one hidden class, and no hash table each. */
function NoPrototype(this: object): void {}
NoPrototype.prototype = Object.create(null)
const Head = NoPrototype as unknown as new () => object

const anAnswer = () => new ServerResponse(new IncomingMessage(new Socket()))

/** What answers are sent with after that, one that had no header yet and one that had, to be compared. */
function written(set: SetHeaders): Headers[] {
  const [none, some] = [anAnswer(), anAnswer()]
  some.setHeader('X-Frame-Options', 'from before')
  return [none, some].map((res) => {
    set(res)
    return headersOf(res)
  })
}
