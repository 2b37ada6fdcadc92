import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { requestSlot } from '../core/slot.js'

const ids = requestSlot<IncomingMessage, string>()

/** Gives a request an id, for logs and its response. */
export function giveRequestId(req: IncomingMessage): string {
  const id = randomUUID()
  ids.set(req, id)
  return id
}

/** Returns the request's id in logs and in `X-Request-Id`; empty below phase 2. */
export function requestIdOf(req: IncomingMessage): string {
  return ids.get(req) ?? ''
}
