import type { Handler } from '../../../express/handler.js'
import { giveRequestId } from '../../../express/request-id.js'
import { ownHeaders } from '../answers/own-headers.js'

/** Gives every request an id of ours. What a client sends as one is its own matter and never reaches a log. */
export function requestId(): Handler {
  return function nameRequest(req, res, next) {
    const id = giveRequestId(req)
    ownHeaders(res, () => res.setHeader('X-Request-Id', id))
    next()
  }
}
