import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { ownHeaders } from './own-headers.js'

const ids = new WeakMap<IncomingMessage, string>()

/** The id of this request in logs and in its answer's `X-Request-Id`. */
export function requestIdOf(req: IncomingMessage): string {
  return ids.get(req) ?? ''
}

/** Gives every request an id of ours. What a client sends as one is its own matter and never reaches a log. */
export function requestId(): RequestHandler {
  return function giveRequestId(req, res, next) {
    const id = randomUUID()
    ids.set(req, id)
    ownHeaders(res, () => res.setHeader('X-Request-Id', id))
    next()
  }
}
