import type { Person } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'

/**
 * Returns the current user. On the auth API a request without a token is anonymous in every phase, although
 * at 4 and 5 it acts as the owner on the app's routes.
 *
 * @throws Problem `authentication_required`
 */
export function signedIn(kit: Kit, req: Incoming): Person {
  const person = kit.userOf(req)
  if (!person) throw new Problem('authentication_required')
  return person
}
