import { actAs } from '../../../core/context.js'
import { keepContext } from '../../../core/keep-context.js'
import type { Kit } from '../../../core/kit.js'
import { requestSlot } from '../../../core/slot.js'
import type { Handler, Incoming } from '../../../express/handler.js'

/**
 * Runs the code of a request, and the events of the request, on behalf of its user, so that `currentUser()` answers in all
 * of it. An anonymous request runs as before. From phase 6 on the layers of that phase do this, for every request.
 */
export function actingUser(kit: Kit): Handler | null {
  if (kit.has('isolation')) return null
  return function actingUser(req, res, next) {
    let who = known.get(req)
    if (!who) {
      const person = kit.userOf(req)
      if (!person) return next()
      who = { kind: 'user', id: person.id, person }
      known.set(req, who)
      actAs(who, () => keepContext(req, res))
    }
    actAs(who, next)
  }
}

type ActingUser = Extract<Parameters<typeof actAs>[0], { kind: 'user' }>

/** The user of each request whose code runs on behalf of one. */
const known = requestSlot<Incoming, ActingUser>()
