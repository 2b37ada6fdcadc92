import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Kit } from '../../../core/kit.js'
import type { Handler } from '../../../express/handler.js'

const holders = new WeakSet<IncomingMessage>()

/** Whether the request came with OPS_TOKEN. */
export function hasOpsToken(req: IncomingMessage): boolean {
  return holders.has(req)
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Removes a header everywhere Node keeps it, so that the app can neither use nor print it. */
export function takeHeader(req: IncomingMessage, name: string): void {
  delete req.headers[name]
  // Node makes it of the raw ones when it is first asked for, by how many those were.
  delete req.headersDistinct[name]
  for (let i = req.rawHeaders.length - 2; i >= 0; i -= 2)
    if (req.rawHeaders[i]!.toLowerCase() === name) req.rawHeaders.splice(i, 2)
}

/** Recognises OPS_TOKEN before there are users (phases 2 and 3) and takes it off the request. */
export function opsToken({ settings, knowsPeople }: Kit): Handler | null {
  const expected = settings.OPS_TOKEN && !knowsPeople ? digest(settings.OPS_TOKEN) : null
  if (!expected) return null

  return function readOpsToken(req, _res, next) {
    const [, given] = /^Bearer +(\S+)$/i.exec(req.headers.authorization ?? '') ?? []
    if (given && timingSafeEqual(digest(given), expected)) {
      holders.add(req)
      takeHeader(req, 'authorization')
    }
    next()
  }
}
