import type { RequestHandler } from 'express'
import { type Acting, actAs } from '../../core/context.js'
import type { Kit } from '../../core/kit.js'

/** Runs the rest of the request, and everything it begins, on behalf of the person who is logged in; else of nobody. */
export function context(kit: Kit): RequestHandler {
  return function context(req, _res, next) {
    const person = kit.userOf(req)
    const who: Acting | null = person && { kind: 'user', id: person.id, person }
    actAs(who, next)
  }
}
