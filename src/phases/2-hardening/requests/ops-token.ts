import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Kit } from '../../../core/kit.js'
import type { Handler } from '../../../express/handler.js'
import { removeHeader } from '../../../express/remove-header.js'

const holders = new WeakSet<IncomingMessage>()

/** Whether the request came with OPS_TOKEN. */
export function hasOpsToken(req: IncomingMessage): boolean {
  return holders.has(req)
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Recognises OPS_TOKEN before there are users (phases 2 and 3) and takes it off the request. */
export function opsToken({ settings, knowsPeople }: Kit): Handler | null {
  const expected = settings.OPS_TOKEN && !knowsPeople ? digest(settings.OPS_TOKEN) : null
  if (!expected) return null

  return function readOpsToken(req, _res, next) {
    const [, given] = /^Bearer +(\S+)$/i.exec(req.headers.authorization ?? '') ?? []
    if (given && timingSafeEqual(digest(given), expected)) {
      holders.add(req)
      removeHeader(req, 'authorization')
    }
    next()
  }
}
