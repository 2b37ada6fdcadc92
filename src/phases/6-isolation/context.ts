import type { Request, RequestHandler } from 'express'
import { type Acting, actAs } from '../../core/context.js'
import { keepContext } from '../../core/keep-context.js'
import type { Kit } from '../../core/kit.js'
import { isSwitch } from '../../express/server-events.js'
import { forbidding } from './forbidden.js'

/**
 * Runs the rest of the request, and everything it begins, on behalf of the person who is logged in; else of nobody. So
 * do the events of the request itself: Node sends what comes of a body later on behalf of the connection.
 */
export function context(kit: Kit): RequestHandler {
  return function context(req, res, next) {
    const person = kit.userOf(req)
    // What has left HTTP has no answer any more.
    const forbid = isSwitch(req) ? () => {} : forbidding(res)
    const who: Acting | null = person && { kind: 'user', id: person.id, person, forbid }
    actAs(who, () => {
      if (!bound.has(req)) {
        bound.add(req)
        keepContext(req)
      }
      next()
    })
  }
}

const bound = new WeakSet<Request>()
