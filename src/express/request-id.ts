import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { requestSlot } from '../core/slot.js'

const ids = requestSlot<IncomingMessage, string>()

/** Gives a request an id, by which logs and its answer name it. */
export function giveRequestId(req: IncomingMessage): string {
  const id = randomUUID()
  ids.set(req, id)
  return id
}

/** The id of this request in logs and in its answer's `X-Request-Id`; empty below phase 2. */
export function requestIdOf(req: IncomingMessage): string {
  return ids.get(req) ?? ''
}
