import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'

/** The symbols of Node's number of raw headers, and of `headersDistinct` after its first read. */
const [COUNT, DISTINCT] = symbolsOf(new IncomingMessage(new Socket()))

function symbolsOf(req: IncomingMessage): (symbol | undefined)[] {
  // Node creates the second one on the first read.
  void req.headersDistinct
  const symbols = Object.getOwnPropertySymbols(req)
  return ['kHeadersCount', 'kHeadersDistinct'].map((name) =>
    symbols.find(({ description }) => description === name),
  )
}

/**
 * Removes a header from `headers`, `headersDistinct` and `rawHeaders`, so that the app can neither use nor print it.
 *
 * Node builds `headersDistinct` from the raw headers on the first read, by a count it took when they arrived. So the
 * count is lowered too. Reading `headersDistinct` here instead would build a second copy of all headers for each request.
 *
 * @param name lower case
 */
export function removeHeader(req: IncomingMessage, name: string): void {
  delete req.headers[name]
  const inside = req as unknown as Record<symbol, number>
  const isCounted = COUNT !== undefined && DISTINCT !== undefined && !(DISTINCT in req)
  if (!isCounted) delete req.headersDistinct[name]
  for (let at = req.rawHeaders.length - 2; at >= 0; at -= 2) {
    if (!isNamed(req.rawHeaders[at]!, name)) continue
    req.rawHeaders.splice(at, 2)
    if (isCounted) inside[COUNT]! -= 2
  }
}

/** Returns whether a header's name as sent is `name`, which is in lower case. */
export const isNamed = (sent: string, name: string): boolean =>
  sent.length === name.length && sent.toLowerCase() === name
