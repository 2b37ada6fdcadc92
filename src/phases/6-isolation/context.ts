import { ownedIn } from '../../core/config.js'
import { type Acting, actAs } from '../../core/context.js'
import { keepContext } from '../../core/keep-context.js'
import type { Kit } from '../../core/kit.js'
import type { Handler, Incoming } from '../../express/handler.js'
import { isSwitch } from '../../express/server-events.js'
import { forbidding } from './forbidden.js'

/**
 * Runs the rest of the request, and everything it begins, on behalf of the person who is logged in; else of nobody. So
 * do the events of the request itself: Node sends what comes of a body later on behalf of the connection.
 */
export function context(kit: Kit): Handler {
  // Only what somebody else may read can be refused by the database as theirs.
  const readable = ownedIn(kit.config).some(([, { access }]) => access === 'readable')
  return function context(req, res, next) {
    const person = kit.userOf(req)
    // What has left HTTP has no answer any more.
    const forbid = readable && !isSwitch(req) ? forbidding(res) : undefined
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

const bound = new WeakSet<Incoming>()
