import type { Person } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'

/**
 * Who is logged in. On the auth API no token is nobody at every phase, while at 4 and 5 it is the owner for the
 * app's routes.
 *
 * @throws Problem `authentication_required`
 */
export function signedIn(kit: Kit, req: Incoming): Person {
  const person = kit.userOf(req)
  if (!person) throw new Problem('authentication_required')
  return person
}
